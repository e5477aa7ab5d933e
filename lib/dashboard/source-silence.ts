import { concat, map, of, switchMap, timer, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import type { Live } from './types.js';

/**
 * Shows what is fresh as stale once it is older than `maxAge` milliseconds: the link is well, its source is silent.
 *
 * ```
 * source:      f----------f---
 * result:      f-----s----f---   (maxAge is 6 ms; s is stale)
 * ```
 */
export const sourceSilence =
  <T>(
    maxAge: number,
    { scheduler, now }: { readonly scheduler: SchedulerLike; readonly now: () => number },
  ): MonoTypeOperatorFunction<Live<T>> =>
  (live$) =>
    live$.pipe(
      switchMap((live) => {
        if (live.status !== 'fresh' || live.asOf === undefined) return of(live);
        const silent: Live<T> = { ...live, status: 'stale', reason: 'source' };
        const left = live.asOf + maxAge - now();
        return left <= 0 ? of(silent) : concat(of(live), timer(left, scheduler).pipe(map(() => silent)));
      }),
    );
