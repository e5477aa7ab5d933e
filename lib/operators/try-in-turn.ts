import { catchError, defer, map, type Observable } from 'rxjs';
import { AllEndpointsFailedError } from '../errors.js';

/** Options of {@link tryInTurn}. */
export interface TryInTurnOptions<T, I> {
  /**
   * Returns true if a value means success: errors after it are no reason to try the next item.
   *
   * @defaultValue Every value.
   */
  readonly succeeds?: (value: T) => boolean;
  /**
   * Returns true if an error ends the whole series, since the other items would not do better.
   *
   * @defaultValue No error.
   */
  readonly ends?: (error: unknown) => boolean;
  /**
   * Returns true if no further item is tried after one that failed, since the time for the series is over.
   *
   * @defaultValue Never.
   */
  readonly isOver?: () => boolean;
  /** Called with the first value of an item that means success, before it is emitted. */
  readonly onSuccess?: (value: T) => void;
  /** Called with each item that failed and its error, before the next is tried. */
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
 * @param items - The items, in the order in which they are tried.
 * @param attempt - Makes the attempt of an item.
 * @param options - The rules by which an attempt succeeds or ends the series.
 * @returns An Observable that mirrors the first attempt that succeeds.
 * @throws {@link AllEndpointsFailedError} as an error of the Observable; the error of the attempt if there was only one item
 *
 * @example
 * ```ts
 * const socket$ = tryInTurn(urls, (url) => dial(url));
 * ```
 */
export const tryInTurn = <T, I>(
  items: readonly I[],
  attempt: (item: I) => Observable<T>,
  {
    succeeds = () => true,
    ends = () => false,
    isOver = () => false,
    onSuccess = () => undefined,
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
      const judge = (value: T): T => {
        if (!succeeded && succeeds(value)) {
          succeeded = true;
          onSuccess(value);
        }
        return value;
      };
      return defer(() => attempt(item).pipe(map(judge))).pipe(
        catchError((error: unknown) => {
          if (succeeded || ends(error)) throw error;
          onFailure(item, error);
          return from(index + 1, [...errors, error]);
        }),
      );
    });
  return from(0, []);
};
