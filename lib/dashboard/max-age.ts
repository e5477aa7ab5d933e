import { map, switchMap, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import { after, concatOf } from '../operators/lean.js';
import { maxTimeout } from '../time/max-timeout.js';
import type { Live } from './dashboard.js';

/** The age of the data that are shown. */
export interface Source {
  readonly scheduler: SchedulerLike;
  /** In milliseconds. */
  readonly age: () => number;
  /** The time when they were made, in milliseconds since 1970; below 0 without data. */
  readonly dataAt: () => number | undefined;
}

/**
 * Shows what is fresh as stale once it is older than `maxAge` milliseconds: the link is well, its source is silent, and
 * `asOf` is when it spoke last.
 *
 * ```
 * source:      f----------f---
 * result:      f-----s----f---   (maxAge is 6 ms; s is stale)
 * ```
 */
export const sourceSilence =
  <T>(maxAge: number, { scheduler, age, dataAt }: Source): MonoTypeOperatorFunction<Live<T>> =>
  (live$) =>
    live$.pipe(
      switchMap((live) => {
        const { asOf = -Infinity } = live;
        const at = dataAt() ?? asOf;
        const spokeAt = at < 0 ? undefined : at;
        // The link may have been well for long after the source fell silent.
        if (live.status !== 'fresh') return [asOf - at > maxAge ? { ...live, asOf: spokeAt } : live];
        const silent: Live<T> = { ...live, status: 'stale', reason: 'source', asOf: spokeAt };
        const left = Math.min(maxAge - age(), maxTimeout);
        return left <= 0 ? [silent] : concatOf([live], after(left, scheduler).pipe(map(() => silent)));
      }),
    );
