import type { Dropped } from '../protocol/envelope.js';

/** The number of certificates in a message that could not be read; a part of one that is left out does not count. */
export const unreadable = (dropped: readonly Dropped[] = []): number =>
  dropped.filter(({ path }) => /^\/certificates(?:\/\d+)?$/.test(path)).length;
