import { map, switchMap, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import { concat } from '../operators/concat.js';
import { longestWait } from '../operators/longest-wait.js';
import { timer } from '../operators/timer.js';
import type { Live } from './types.js';

/**
 * Shows what is fresh as stale once it is older than `maxAge` milliseconds: the link is well, its source is silent. `age`
 * gives how old it is, in milliseconds.
 *
 * ```
 * source:      f----------f---
 * result:      f-----s----f---   (maxAge is 6 ms; s is stale)
 * ```
 */
export const sourceSilence =
  <T>(
    maxAge: number,
    { scheduler, age }: { readonly scheduler: SchedulerLike; readonly age: () => number },
  ): MonoTypeOperatorFunction<Live<T>> =>
  (live$) =>
    live$.pipe(
      switchMap((live) => {
        if (live.status !== 'fresh') return [live];
        const silent: Live<T> = { ...live, status: 'stale', reason: 'source' };
        const left = Math.min(maxAge - age(), longestWait);
        return left <= 0 ? [silent] : concat([live], timer(left, scheduler).pipe(map(() => silent)));
      }),
    );
