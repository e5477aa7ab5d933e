import { map, take, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import { merge } from './merge.js';
import { timer } from './timer.js';

/**
 * Mirrors the first value of the source and completes with it; fails with what `tooLate` makes where none has come within
 * `limit` milliseconds, also where the source has completed without one.
 *
 * ```
 * source: ---x--x     source: ------x
 * result: ---(x|)     result: -----#      (limit is 5 ms)
 * ```
 */
export const firstWithin =
  <T>(limit: number, tooLate: () => Error, scheduler: SchedulerLike): MonoTypeOperatorFunction<T> =>
  (source$) => {
    const late$ = timer(limit, scheduler).pipe(
      map(() => {
        throw tooLate();
      }),
    );
    return merge(source$, late$).pipe(take(1));
  };
