import { defer, map, type Observable, type SchedulerLike } from 'rxjs';
import { after } from '../operators/lean.js';

/** The clocks at a check of the health monitor. Times in milliseconds. */
export interface HealthTick {
  /** By the scheduler. */
  readonly at: number;
  /** Since 1970. */
  readonly wall: number;
  /** True if the wall clock and the timers parted by more than 5 s since the last tick: the machine slept. */
  readonly jumped: boolean;
}

/** A difference between the clocks that is more than drift, in milliseconds. */
const jump = 5000;

/** Emits the clocks at every interval. */
export const healthTicks = (interval: number, scheduler: SchedulerLike, now: () => number): Observable<HealthTick> =>
  defer(() => {
    const ahead = () => now() - scheduler.now();
    let last = ahead();
    return after(interval, scheduler, interval).pipe(
      map(() => {
        const before = last;
        last = ahead();
        return { at: scheduler.now(), wall: now(), jumped: Math.abs(last - before) > jump };
      }),
    );
  });
