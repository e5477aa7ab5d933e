import { defer, map, type Observable, type SchedulerLike } from 'rxjs';
import { after } from '../operators/lean.js';

/** One look of the health monitor at the clocks. Times in milliseconds. */
export interface Look {
  /** By the scheduler. */
  readonly at: number;
  /** Since 1970. */
  readonly wall: number;
  /** Whether the wall clock and the timers parted by more than 5 s since the last look: the machine slept. */
  readonly jumped: boolean;
}

/** A difference between the clocks that is more than drift, in milliseconds. */
const jump = 5000;

/** Looks at the clocks at every interval. */
export const looks = (interval: number, scheduler: SchedulerLike, now: () => number): Observable<Look> =>
  defer(() => {
    const ahead = () => now() - scheduler.now();
    let last = ahead();
    return after(interval, interval, scheduler).pipe(
      map(() => {
        const before = last;
        last = ahead();
        return { at: scheduler.now(), wall: now(), jumped: Math.abs(last - before) > jump };
      }),
    );
  });
