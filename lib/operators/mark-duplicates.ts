import { defer, map, type Observable, type OperatorFunction } from 'rxjs';
import { RecentKeys } from '../collections/recent-keys.js';
import { alongside } from './alongside.js';
import { consume } from './consume.js';

/** A value with the mark of {@link markDuplicates}. */
export interface Marked<T> {
  /** The value as it came. */
  readonly value: T;
  /** True if its key was seen before. */
  readonly duplicate: boolean;
}

/** Options of {@link markDuplicates}. */
export interface MarkDuplicatesOptions<T> {
  /** The key that two equal values have in common; the empty string equals none. */
  readonly key: (value: T) => string;
  /**
   * The number of keys that are remembered, the oldest forgotten first.
   *
   * @defaultValue 4,096
   */
  readonly window?: number;
  /**
   * The keys that count as seen, each from when it is emitted. For values that are processed later or can be refused.
   *
   * @defaultValue every value counts as seen when it passes
   */
  readonly seen$?: Observable<string>;
}

/**
 * Emits every value with a mark that says if its key was seen before.
 *
 * ```
 * source: a-b-a-
 * result: a-b-A-      (capital: a duplicate)
 * ```
 *
 * With `seen$` a value is a duplicate once its key was emitted there:
 *
 * ```
 * source: a-a---a-
 * seen$:  ---a----
 * result: a-a---A-
 * ```
 *
 * @typeParam T - the type of the values
 * @returns an operator that completes and fails with its source
 *
 * @example
 * ```ts
 * from(['a', 'b', 'a']).pipe(markDuplicates({ key: (letter) => letter })); // duplicate: false, false, true
 * ```
 */
export const markDuplicates =
  <T>({ key, window = 4096, seen$ }: MarkDuplicatesOptions<T>): OperatorFunction<T, Marked<T>> =>
  (source$) =>
    defer(() => {
      const seen = new RecentKeys(window);
      if (seen$ === undefined) return source$.pipe(map((value) => ({ value, duplicate: seen.add(key(value)) })));
      const mark = map((value: T): Marked<T> => {
        const name = key(value);
        return { value, duplicate: seen.has(name) && seen.add(name) };
      });
      const remember$ = seen$.pipe(consume((name) => seen.add(name)));
      return source$.pipe(mark, alongside(remember$));
    });
