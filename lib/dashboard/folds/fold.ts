/**
 * Makes a value out of what the server sends. It gives another value where something is new, and leaves the one that it is
 * given as it was, as that has been shown. What it throws is the `error` of its watch.
 */
export interface Fold<T> {
  /** Folds with the same key make the same value, so that watches share it. Default: a fold is the same only as itself. */
  readonly key?: string;
  /** The value of a snapshot. `before` is what was known for the same params; undefined where nothing was. */
  readonly snapshot: (payload: unknown, before: T | undefined) => T;
  /** The value after an update. */
  readonly update: (value: T, payload: unknown) => T;
}
