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
 * Emits once after `due` milliseconds and completes; with a `period`, also in milliseconds, it continues.
 *
 * ```
 * result: -----(x|)     (due is 5 ms)
 * result: -----x--x--   (due is 5 ms, period 3 ms)
 * ```
 */
export const after = (due: number, scheduler: SchedulerLike, period?: number): Observable<void> => {
  const tick = (due$: Subject<void>) => {
    due$.next();
    if (period === undefined) due$.complete();
    return period;
  };
  return scheduled(() => due, tick, scheduler);
};

/**
 * Emits once `left`, in milliseconds, is over and completes; if it is longer by then, it waits for the rest.
 *
 * ```
 * left:   5----3--
 * result: --------(x|)
 * ```
 */
export const onceOver = (left: () => number, scheduler: SchedulerLike): Observable<void> => {
  const look = (over$: Subject<void>) => {
    const rest = left();
    if (rest > 0) return rest;
    over$.next();
    over$.complete();
    return undefined;
  };
  return scheduled(left, look, scheduler);
};

/** Calls `run` after a first delay with what is emitted, and again after each delay that it returns, in milliseconds. */
const scheduled = (
  first: () => number,
  run: (emitted$: Subject<void>) => number | undefined,
  scheduler: SchedulerLike,
): Observable<void> =>
  defer(() => {
    const emitted$ = new Subject<void>();
    const action = scheduler.schedule(
      function () {
        const next = run(emitted$);
        if (next !== undefined) this.schedule(undefined, next);
      },
      Math.max(first(), 0),
    );
    return emitted$.pipe(
      finalize(() => {
        action.unsubscribe();
      }),
    );
  });
