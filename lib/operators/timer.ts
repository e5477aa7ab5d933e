import { defer, finalize, Subject, type Observable, type SchedulerLike } from 'rxjs';

/**
 * Emits once, `delay` milliseconds from now, and completes; with a `period`, also in milliseconds, it goes on. By hand, as
 * `timer` of RxJS brings a page a scheduler for where none is given.
 *
 * ```
 * result: -----(x|)     (delay is 5 ms)
 * result: -----x--x--   (delay is 5 ms, period 3 ms)
 * ```
 */
export const timer = (delay: number, scheduler: SchedulerLike, period?: number): Observable<void> =>
  defer(() => {
    const due$ = new Subject<void>();
    const action = scheduler.schedule(
      function () {
        due$.next();
        if (period === undefined) due$.complete();
        else this.schedule(undefined, period);
      },
      Math.max(delay, 0),
    );
    return due$.pipe(
      finalize(() => {
        action.unsubscribe();
      }),
    );
  });
