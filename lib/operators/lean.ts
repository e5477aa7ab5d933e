import {
  concatAll,
  defer,
  finalize,
  mergeAll,
  Subject,
  type Observable,
  type ObservableInput,
  type ObservableInputTuple,
  type SchedulerLike,
} from 'rxjs';

// RxJS's own `merge`, `concat` and `timer` choose a scheduler where none is given. That choice brings a page everything that
// RxJS has to schedule timers, lists, promises and iterators: 1.4 kB after gzip. What a page loads uses these instead.

/** Mirrors all sources, as `merge` of RxJS. */
export const mergeOf = <T extends readonly unknown[]>(
  ...sources: [...ObservableInputTuple<T>]
): Observable<T[number]> => defer((): readonly ObservableInput<T[number]>[] => sources).pipe(mergeAll());

/** Mirrors the sources one after the other, as `concat` of RxJS. */
export const concatOf = <T extends readonly unknown[]>(
  ...sources: [...ObservableInputTuple<T>]
): Observable<T[number]> => defer((): readonly ObservableInput<T[number]>[] => sources).pipe(concatAll());

/**
 * Emits once after `due` milliseconds and completes; with a `period`, also in milliseconds, it continues. The arguments are
 * those of `timer` of RxJS.
 *
 * ```
 * result: -----(x|)     (due is 5 ms)
 * result: -----x--x--   (due is 5 ms, period 3 ms)
 * ```
 */
export function after(due: number, scheduler: SchedulerLike): Observable<void>;
export function after(due: number, period: number, scheduler: SchedulerLike): Observable<void>;
export function after(due: number, ...rest: [SchedulerLike] | [number, SchedulerLike]): Observable<void> {
  const [scheduler, period] = rest.reverse() as [SchedulerLike, number?];
  return defer(() => {
    const due$ = new Subject<void>();
    const action = scheduler.schedule(
      function () {
        due$.next();
        if (period === undefined) due$.complete();
        else this.schedule(undefined, period);
      },
      Math.max(due, 0),
    );
    return due$.pipe(
      finalize(() => {
        action.unsubscribe();
      }),
    );
  });
}

/**
 * Emits once `left`, in milliseconds, is over and completes; if it is longer by then, it waits for the rest.
 *
 * ```
 * left:   5----3--
 * result: --------(x|)
 * ```
 */
export const onceOver = (left: () => number, scheduler: SchedulerLike): Observable<void> =>
  defer(() => {
    const over$ = new Subject<void>();
    const action = scheduler.schedule(
      function () {
        const rest = left();
        if (rest > 0) this.schedule(undefined, rest);
        else {
          over$.next();
          over$.complete();
        }
      },
      Math.max(left(), 0),
    );
    return over$.pipe(
      finalize(() => {
        action.unsubscribe();
      }),
    );
  });
