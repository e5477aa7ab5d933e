import type { Identity } from '../protocol/from-schema.js';

/** No more of an identity than what names it: the id, or else the codename. */
export const nameOf = ({ id, codename }: Identity): Identity => (id === undefined ? { codename } : { id });
