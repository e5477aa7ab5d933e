import { catchError, defer, tap, type Observable } from 'rxjs';
import { AllEndpointsFailedError } from '../errors.js';

/** How {@link tryInTurn} judges what an attempt does. */
export interface TryInTurnOptions<T, I> {
  /** Whether a value means success: errors after it are no reason to try the next item. Default: every value. */
  readonly succeeds?: (value: T) => boolean;
  /** Whether an error ends the whole series: what the other items would answer does not matter. Default: never. */
  readonly ends?: (error: unknown) => boolean;
  /** Whether no further item is tried after one that failed: the time for the series is over. Default: never. */
  readonly isOver?: () => boolean;
  /** Told of each item that failed, before the next is tried. */
  readonly onFailure?: (item: I, error: unknown) => void;
}

/**
 * Mirrors the first attempt that succeeds, trying one item after the other, each as soon as the one before has failed.
 *
 * ```
 * a:      --#
 * b:      ---x-y
 * result: -----x-y
 * ```
 *
 * @throws the error of the attempt where there was only one item, else {@link AllEndpointsFailedError}
 */
export const tryInTurn = <T, I>(
  items: readonly I[],
  attempt: (item: I) => Observable<T>,
  {
    succeeds = () => true,
    ends = () => false,
    isOver = () => false,
    onFailure = () => undefined,
  }: TryInTurnOptions<T, I> = {},
): Observable<T> => {
  const from = (index: number, errors: readonly unknown[]): Observable<T> =>
    defer(() => {
      const item = items[index];
      const left = items.length - index;
      if (item === undefined || (index > 0 && isOver()))
        throw errors.length === 1 && left === 0 ? errors[0] : new AllEndpointsFailedError(errors, left);
      let succeeded = false;
      return defer(() => attempt(item)).pipe(
        tap((value) => (succeeded ||= succeeds(value))),
        catchError((error: unknown) => {
          if (succeeded || ends(error)) throw error;
          onFailure(item, error);
          return from(index + 1, [...errors, error]);
        }),
      );
    });
  return from(0, []);
};
