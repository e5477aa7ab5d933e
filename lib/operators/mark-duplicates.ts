import { defer, map, type Observable, type OperatorFunction } from 'rxjs';
import { RecentKeys } from '../collections/recent-keys.js';

/** A value, and whether its key was seen before. */
export interface Marked<T> {
  readonly value: T;
  readonly duplicate: boolean;
}

/** What {@link markDuplicates} goes by. */
export interface MarkDuplicatesOptions<T> {
  /** What makes two values the same; the empty string never does. */
  readonly key: (value: T) => string;
  /** How many keys are remembered, the oldest forgotten first. Default 4,096. */
  readonly window?: number;
}

/**
 * Emits every value with a mark that says whether its key was seen before.
 *
 * ```
 * source: a-b-a-
 * result: a-b-A-      (capital: a duplicate)
 * ```
 */
export const markDuplicates =
  <T>({ key, window = 4096 }: MarkDuplicatesOptions<T>): OperatorFunction<T, Marked<T>> =>
  (source$): Observable<Marked<T>> =>
    defer(() => {
      const seen = new RecentKeys(window);
      return source$.pipe(map((value) => ({ value, duplicate: seen.add(key(value)) })));
    });
