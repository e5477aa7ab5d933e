import {
  defer,
  finalize,
  ignoreElements,
  mergeMap,
  retryWhen,
  Subject,
  take,
  tap,
  type Observable,
  type ObservableInput,
  type OperatorFunction,
} from 'rxjs';
import { concatOf, mergeOf } from './lean.js';

/** A wait, which ends when `end$` emits, and what is emitted once it has begun. */
export type Waiting<Notice> = readonly [end$: Observable<unknown>, notices?: ObservableInput<Notice> | undefined];

/**
 * Subscribes to the source again after each error, once the wait that `wait` makes of the error has ended. Fails if that one
 * fails.
 *
 * ```
 * source: a#
 * notice: n
 * end:    ---x
 * result: (an)a(n)a
 * ```
 */
export const resubscribe =
  <T, Notice = never>(wait: (error: unknown) => Waiting<Notice>): OperatorFunction<T, T | Notice> =>
  (source$) =>
    defer(() => {
      const notice$ = new Subject<Notice>();
      const waitFor = (error: unknown) => {
        const [end$, notices = []] = wait(error);
        const begin$ = concatOf(notices).pipe(
          tap((notice) => {
            notice$.next(notice);
          }),
          ignoreElements(),
        );
        return mergeOf(end$, begin$).pipe(take(1)); // an observer of a notice may end the wait
      };
      const repeated$ = source$.pipe(
        // retry({ delay }) succeeds retryWhen and could take its place here, error for error.
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- the operator the project was asked to build on
        retryWhen((error$) => error$.pipe(mergeMap(waitFor, 1))), // one emission an error, or there would be two attempts
        finalize(() => {
          notice$.complete();
        }),
      );
      return mergeOf(notice$, repeated$);
    });
