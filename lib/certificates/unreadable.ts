import type { Dropped } from '../protocol/envelope.js';

/** How many of the certificates in a message could not be read. */
export const unreadable = (dropped: readonly Dropped[] = []): number =>
  dropped.filter(({ path }) => path.startsWith('/certificates')).length;
