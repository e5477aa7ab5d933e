import {
  asyncScheduler,
  catchError,
  defer,
  EMPTY,
  endWith,
  exhaustMap,
  filter,
  finalize,
  identity,
  ignoreElements,
  map,
  merge,
  mergeMap,
  observeOn,
  of,
  queueScheduler,
  repeat,
  Subject,
  takeUntil,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { KeyLanes, type KeyLane } from './key-lanes.js';

/** Options of {@link handleInOrder}. Times in milliseconds. */
export interface HandleInOrderOptions<T> {
  /** Values with the same key are worked on one after the other, in their order. */
  readonly key: (value: T) => string;
  /** Returns the work for a value, which is done when the Observable completes; undefined where it is done already. */
  readonly work: (value: T) => Observable<unknown> | undefined;
  /** Called with each value whose work failed, and the error; the rest goes on. */
  readonly onFailure: (value: T, error: unknown) => void;
  /**
   * The number of values that are worked on at the same time.
   *
   * @defaultValue 4 (specification)
   */
  readonly concurrency?: number;
  /**
   * The time after which work leaves its place to the next value of another key.
   *
   * @defaultValue it keeps its place
   */
  readonly slowAfter?: number | undefined;
  /**
   * The time after which work is unsubscribed, and the next value of its key follows.
   *
   * @defaultValue no limit
   */
  readonly timeout?: number | undefined;
  /** Called with each value whose work was unsubscribed by the timeout, and the time that it took. */
  readonly onTimeout?: ((value: T, elapsed: number) => void) | undefined;
  /**
   * The scheduler of the timers.
   *
   * @defaultValue `asyncScheduler`
   */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Never emits; works on the values of the source, four at a time, those of one key in order.
 *
 * ```
 * source: (aAb|)
 * a:      ^--!
 * A:      ---^--!      (shares its key with a, so it begins when a is done)
 * b:      ^----!       (in parallel with them)
 * result: ------|
 * ```
 *
 * @typeParam T - the type of the values
 * @returns an operator that completes when its source has, and all work is done
 *
 * @example
 * ```ts
 * message$.pipe(handleInOrder({ key: ({ type }) => type, work: (message) => store(message), onFailure: console.error }));
 * ```
 */
export const handleInOrder =
  <T>(options: HandleInOrderOptions<T>) =>
  (source$: Observable<T>): Observable<never> =>
    defer(() => {
      const { concurrency = 4, scheduler = asyncScheduler, slowAfter = Infinity, timeout = Infinity } = options;
      const lanes = new KeyLanes(options.key, concurrency);
      const free$ = new Subject<undefined>();
      const began$ = new Subject<undefined>();
      const overdue$ = new Subject<KeyLane<T>>();
      let ended = false;
      let isOver = false;

      const completeWhenIdle = () => {
        if (!ended || !lanes.isEmpty) return;
        free$.complete();
        began$.complete();
      };
      const watched = ({ lane, value }: Begun<T>, work$: Observable<unknown>): Observable<unknown> => {
        began$.next(undefined);
        return work$.pipe(
          timeout === Infinity ? identity : takeUntil(timedOut(overdue$, lane, value, options)),
          catchError((error: unknown) => {
            options.onFailure(value, error);
            return EMPTY;
          }),
          finalize(() => {
            lanes.end(lane);
            free$.next(undefined);
            completeWhenIdle();
          }),
        );
      };
      const take = () => (isOver ? undefined : lanes.begin(scheduler.now()));
      /** Does what may begin and is done at once, until there is work that lasts, which is returned. */
      const begin = (): Observable<unknown> | undefined => {
        for (let begun = take(); begun !== undefined; begun = take()) {
          const work$ = beginWork(begun.value, options);
          if (work$ !== undefined) return watched(begun, work$);
          lanes.end(begun.lane);
          completeWhenIdle();
        }
        return undefined;
      };
      const values$ = source$.pipe(
        tap({
          next: (value) => {
            lanes.add(value);
          },
          complete: () => {
            ended = true;
            completeWhenIdle();
          },
        }),
      );

      return merge(
        values$,
        // Work that is done at once would otherwise begin the next one deeper and deeper on the stack.
        free$.pipe(observeOn(queueScheduler)),
        watchWork({ lanes, began$, free$, overdue$, slowAfter, timeout, scheduler }),
      ).pipe(
        map(begin),
        filter((work$) => work$ !== undefined),
        mergeMap(identity),
        ignoreElements(),
        finalize(() => (isOver = true)),
      );
    });

type Begun<T> = NonNullable<ReturnType<KeyLanes<T>['begin']>>;

/** The work for this value; undefined where it is done already, or has failed at once. */
const beginWork = <T>(
  value: T,
  { work, onFailure }: Pick<HandleInOrderOptions<T>, 'work' | 'onFailure'>,
): Observable<unknown> | undefined => {
  try {
    return work(value);
  } catch (error) {
    onFailure(value, error);
    return undefined;
  }
};

/** Emits once the work of this lane has reached its timeout. */
const timedOut = <T>(
  overdue$: Observable<KeyLane<T>>,
  lane: KeyLane<T>,
  value: T,
  { onTimeout, scheduler = asyncScheduler }: Pick<HandleInOrderOptions<T>, 'onTimeout' | 'scheduler'>,
): Observable<unknown> =>
  overdue$.pipe(
    filter((overdue) => overdue === lane),
    tap(() => onTimeout?.(value, scheduler.now() - lane.beganAt)),
  );

interface WatchedLanes<T> {
  readonly lanes: KeyLanes<T>;
  /** Emits when work begins. */
  readonly began$: Observable<unknown>;
  /** Notified of each place that becomes free; completes when all is done. */
  readonly free$: Subject<undefined>;
  /** Notified of each lane whose work has reached the timeout. */
  readonly overdue$: Subject<KeyLane<T>>;
  readonly slowAfter: number;
  readonly timeout: number;
  readonly scheduler: SchedulerLike;
}

/** Takes the place from slow work and reports overdue work; never emits. */
const watchWork = <T>(watched: WatchedLanes<T>): Observable<never> => {
  const { lanes, began$, free$, overdue$, slowAfter, timeout, scheduler } = watched;
  // One timer serves all: it never waits longer than what begins meanwhile may take.
  const least = Math.min(slowAfter, timeout);
  if (least === Infinity) return EMPTY;

  const nextCheck = () => {
    const now = scheduler.now();
    const due = Array.from(lanes.running, ({ beganAt, hasPlace }) => beganAt + (hasPlace ? least : timeout) - now);
    return Math.max(0, Math.min(least, ...due));
  };
  const check = () => {
    for (const lane of [...lanes.running]) {
      const elapsed = scheduler.now() - lane.beganAt;
      if (elapsed >= timeout) overdue$.next(lane);
      else if (elapsed >= slowAfter && lane.hasPlace) {
        lanes.leavePlace(lane);
        free$.next(undefined);
      }
    }
  };
  return began$.pipe(
    exhaustMap(() =>
      defer(() => timer(nextCheck(), scheduler)).pipe(
        tap(check),
        repeat({ delay: () => (lanes.running.size > 0 ? of(0) : EMPTY) }),
      ),
    ),
    ignoreElements(),
    takeUntil(free$.pipe(ignoreElements(), endWith(undefined))),
  );
};
