import type { Identity } from '../protocol/from-schema.js';

/** The part of an identity that names it: the id, or else the codename. */
export const nameOf = ({ id, codename }: Identity): Identity => (id === undefined ? { codename } : { id });
