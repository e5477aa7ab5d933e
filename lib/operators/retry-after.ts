import { asyncScheduler, map, mergeMap, of, timer, type Observable, type SchedulerLike } from 'rxjs';

/** A message that has to be sent again, `delay` milliseconds from now. */
export interface Delayed<T> {
  /** The message. */
  readonly message: T;
  /** The wait, in milliseconds. */
  readonly delay: number;
}

/**
 * Emits each message when its own delay is over, at once where it is 0: the schedule of the `retryAfter` of nacks.
 *
 * ```
 * source: ab         (a: 3 ms, b: 0 ms)
 * result: -b-a
 * ```
 */
export const retryAfter =
  <T>(scheduler: SchedulerLike = asyncScheduler) =>
  (delayed$: Observable<Delayed<T>>): Observable<T> =>
    delayed$.pipe(
      mergeMap(({ message, delay }) => (delay <= 0 ? of(message) : timer(delay, scheduler).pipe(map(() => message)))),
    );
