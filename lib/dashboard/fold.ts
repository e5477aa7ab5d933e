/**
 * Makes a value out of what the server sends. It may change the value that it is given and give it back, so that a value
 * that was shown goes with the updates. What it throws is the `error` of its watch.
 */
export interface Fold<T> {
  /** The value of a snapshot. `before` is what was known for the same params; undefined where nothing was. */
  readonly snapshot: (payload: unknown, before: T | undefined) => T;
  /** The value after an update. */
  readonly update: (value: T, payload: unknown) => T;
}
