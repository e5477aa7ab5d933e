import type { Fold } from './fold.js';

/** The last payload, as it came. */
export const latest = <T = unknown>(): Fold<T> => ({
  snapshot: (payload) => payload as T,
  update: (_, payload) => payload as T,
});
