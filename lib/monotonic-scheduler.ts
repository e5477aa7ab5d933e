import { asyncScheduler, type SchedulerLike } from 'rxjs';

/** The timers of the event loop with a clock that never jumps: a wall clock that is set shortens or stretches no wait. */
export const monotonicScheduler: SchedulerLike = {
  now: () => performance.now(),
  schedule: asyncScheduler.schedule.bind(asyncScheduler),
};
