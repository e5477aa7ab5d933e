import { map, take, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import { after, mergeOf } from './lean.js';

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
    const late$ = after(limit, scheduler).pipe(
      map(() => {
        throw tooLate();
      }),
    );
    return mergeOf(source$, late$).pipe(take(1));
  };
