import { mergeMap, retryWhen, take, type MonoTypeOperatorFunction, type Observable } from 'rxjs';

/**
 * Subscribes to the source again after each error, once the Observable that `wait` makes of the error has emitted. Fails if
 * that one fails.
 *
 * ```
 * source: a#
 * wait:    ---x
 * result: a---a---a
 * ```
 */
export const resubscribe = <T>(wait: (error: unknown) => Observable<unknown>): MonoTypeOperatorFunction<T> =>
  // retry({ delay }) succeeds retryWhen and could take its place here, error for error.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the operator the project was asked to build on
  retryWhen(
    (error$) => error$.pipe(mergeMap((error: unknown) => wait(error).pipe(take(1)), 1)), // one emission an error, or there would be two attempts
  );
