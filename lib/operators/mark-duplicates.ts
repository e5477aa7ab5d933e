import { defer, map, type Observable, type OperatorFunction } from 'rxjs';

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
      const seen = new Set<string>();
      return source$.pipe(
        map((value) => {
          const id = key(value);
          // Seen again, a key moves to the young end, so that a message which keeps coming is not forgotten.
          const duplicate = seen.delete(id);
          if (id !== '') seen.add(id);
          if (seen.size > window) {
            const { value: oldest } = seen.values().next();
            if (oldest !== undefined) seen.delete(oldest);
          }
          return { value, duplicate };
        }),
      );
    });
