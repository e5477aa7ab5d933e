import { defer, EMPTY, map, Subject, takeUntil, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import { inspect } from './inspect.js';
import { after, mergeOf } from './lean.js';

/**
 * Mirrors the source; fails with what `tooLate` makes if its first value has not come within `limit` milliseconds, also if
 * the source has completed without one.
 *
 * ```
 * source: ---x--x     source: ------x
 * result: ---x--x     result: -----#      (limit is 5 ms)
 * ```
 */
export const firstWithin =
  <T>(limit: number, tooLate: () => Error, scheduler: SchedulerLike): MonoTypeOperatorFunction<T> =>
  (source$) =>
    defer(() => {
      const first$ = new Subject<void>();
      let isOnTime = false;
      const beOnTime = () => {
        if (!isOnTime) first$.next();
        isOnTime = true;
      };
      const late$ = after(limit, scheduler).pipe(
        map((): never => {
          throw tooLate();
        }),
        takeUntil(first$),
      );
      return mergeOf(
        source$.pipe(inspect(beOnTime)),
        defer(() => (isOnTime ? EMPTY : late$)),
      );
    });
