import {
  asapScheduler,
  concatMap,
  defer,
  filter,
  from,
  ignoreElements,
  mergeMap,
  observeOn,
  of,
  startWith,
  switchMap,
  take,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { fits } from './fits.js';
import type { StepTime } from './scenario.js';
import type { Timeline } from './timeline.js';

/** Takes the steps of a list one after the other, each at its time; completes after the last. */
export const stepSchedule = <Step extends StepTime>(
  steps: readonly Step[],
  act: (step: Step, index: number) => Observable<unknown>,
  { events, event$ }: Pick<Timeline, 'events' | 'event$'>,
  scheduler: SchedulerLike,
): Observable<never> =>
  defer(() => {
    const start = scheduler.now();
    let since = 0; // how many events there were when the last step was taken

    const seen = (pattern: string): Observable<unknown> => {
      const isBefore = events.slice(since).some(({ text }) => fits(pattern, text));
      if (isBefore) return of(pattern);
      return event$.pipe(
        filter(({ text }) => fits(pattern, text)),
        take(1),
        // The sender of the event has to finish first.
        observeOn(asapScheduler),
      );
    };
    const due = ({ at, when, after = 0 }: StepTime): Observable<unknown> => {
      if (at !== undefined) return wait(at - (scheduler.now() - start));
      return when === undefined ? wait(after) : seen(when).pipe(switchMap(() => wait(after)));
    };
    const wait = (delay: number): Observable<unknown> => (delay > 0 ? timer(delay, scheduler) : of(delay));

    return from(steps).pipe(
      concatMap((step, index) =>
        due(step).pipe(
          take(1),
          mergeMap(() => {
            since = events.length;
            return act(step, index).pipe(startWith(undefined));
          }),
          ignoreElements(),
        ),
      ),
    );
  });
