/**
 * Makes a value of snapshots and updates. It returns another value if something is new and never changes the former one,
 * which has been shown. An error that it throws is the `error` of its watch.
 */
export interface Fold<T> {
  /** Folds with the same key make the same value, so that watches share it. Default: a fold is the same only as itself. */
  readonly key?: string;
  /** The value of a snapshot. `before` is the last value for the same params; undefined without one. */
  readonly snapshot: (payload: unknown, before: T | undefined) => T;
  /** The value after an update. */
  readonly update: (value: T, payload: unknown) => T;
}
