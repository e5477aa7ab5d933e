import {
  catchError,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  merge,
  mergeMap,
  observeOn,
  queueScheduler,
  Subject,
  tap,
  type Observable,
} from 'rxjs';

/** What {@link handleInOrder} does with each value. */
export interface HandleInOrderOptions<T> {
  /** Values with the same key are handled one after the other, in their order. */
  readonly key: (value: T) => string;
  /** The work for a value; done when the Observable completes. */
  readonly work: (value: T) => Observable<unknown>;
  /** Told of work that failed; the rest goes on. */
  readonly onFailure: (value: T, error: unknown) => void;
  /** How many values are worked on at the same time. Default 4 (specification). */
  readonly concurrency?: number;
}

/**
 * Never emits; works on the values of the source, four at a time, those of one key in order.
 *
 * ```
 * source: (aAb|)
 * a:      ^--!
 * A:      ---^--!      (shares its key with a, so it begins when a is done)
 * b:      ^----!       (beside them)
 * result: ------|
 * ```
 */
export const handleInOrder =
  <T>({ key, work, onFailure, concurrency = 4 }: HandleInOrderOptions<T>) =>
  (source$: Observable<T>): Observable<never> =>
    defer(() => {
      const waiting: T[] = [];
      const busy = new Set<string>();
      const done$ = new Subject<undefined>();
      let ended = false;
      const completeWhenIdle = () => {
        if (ended && waiting.length === 0 && busy.size === 0) done$.complete();
      };
      const takeNext = (): T | undefined => {
        if (busy.size >= concurrency) return undefined;
        const index = waiting.findIndex((value) => !busy.has(key(value)));
        return index < 0 ? undefined : waiting.splice(index, 1)[0];
      };
      return merge(
        source$.pipe(
          tap({
            next: (value) => waiting.push(value),
            complete: () => {
              ended = true;
              completeWhenIdle();
            },
          }),
        ),
        // Work that is done at once would otherwise begin the next one deeper and deeper on the stack.
        done$.pipe(observeOn(queueScheduler)),
      ).pipe(
        mergeMap(() => {
          const value = takeNext();
          if (value === undefined) return EMPTY;
          busy.add(key(value));
          return defer(() => work(value)).pipe(
            catchError((error: unknown) => {
              onFailure(value, error);
              return EMPTY;
            }),
            finalize(() => {
              busy.delete(key(value));
              done$.next(undefined);
              completeWhenIdle();
            }),
          );
        }),
        ignoreElements(),
      );
    });
