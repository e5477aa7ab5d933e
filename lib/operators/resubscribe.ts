import { catchError, map, retryWhen, type Observable, type ObservableInput, type OperatorFunction } from 'rxjs';
import { inspect } from './inspect.js';
import { mergeOf } from './lean.js';

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
    source$.pipe(
      // The attempt that failed emits the notices: nothing is merged above one that goes on.
      catchError((error: unknown) => {
        const [end$, notices = []] = wait(error);
        return mergeOf(end$.pipe(map(endWait)), notices); // an observer of a notice may end the wait
      }),
      // retry({ delay }) succeeds retryWhen and could take its place here, error for error.
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the operator the project was asked to build on
      retryWhen((error$) => error$.pipe(inspect(failOtherwise))), // one emission an error, or there would be two attempts
    );

/** The end of a wait, passed as an error to the operator that subscribes again. */
const waited = new Error('waited');

const endWait = (): never => {
  throw waited;
};

const failOtherwise = (error: unknown): void => {
  if (error !== waited) throw error;
};
