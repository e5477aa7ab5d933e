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
import { Fifo } from '../collections/fifo.js';

/** What {@link handleInOrder} does with each value. Times in milliseconds. */
export interface HandleInOrderOptions<T> {
  /** Values with the same key are handled one after the other, in their order. */
  readonly key: (value: T) => string;
  /** The work for a value; done when the Observable completes. */
  readonly work: (value: T) => Observable<unknown>;
  /** Told of work that failed; the rest goes on. */
  readonly onFailure: (value: T, error: unknown) => void;
  /** How many values are worked on at the same time. Default 4 (specification). */
  readonly concurrency?: number;
  /** Work that takes longer gives its place to the next value of another key. Default: it keeps its place. */
  readonly slowAfter?: number | undefined;
  /** Work that takes longer is unsubscribed, and the next value of its key follows. Default: no limit. */
  readonly timeout?: number | undefined;
  /** Called with each value whose work was unsubscribed by the timeout, and how long that took. */
  readonly onTimeout?: ((value: T, elapsed: number) => void) | undefined;
  /** Default: `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/** The values of one key. */
interface Lane<T> {
  readonly key: string;
  readonly waiting: Fifo<T>;
  beganAt: number;
  /** Whether the work that runs has a place. */
  hasPlace: boolean;
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
  <T>(options: HandleInOrderOptions<T>) =>
  (source$: Observable<T>): Observable<never> =>
    defer(() => {
      const { key, work, onFailure, onTimeout, concurrency = 4, scheduler = asyncScheduler } = options;
      const { slowAfter = Infinity, timeout = Infinity } = options;
      const lanes = new Map<string, Lane<T>>(); // those with something to do
      const ready = new Fifo<Lane<T>>(); // those in which nothing runs
      const running = new Set<Lane<T>>();
      const free$ = new Subject<undefined>();
      const began$ = new Subject<undefined>();
      const overdue$ = new Subject<Lane<T>>();
      let places = concurrency;
      let ended = false;

      const completeWhenIdle = () => {
        if (!ended || lanes.size > 0) return;
        free$.complete();
        began$.complete();
      };
      const add = (value: T) => {
        const name = key(value);
        let lane = lanes.get(name);
        if (lane === undefined) {
          lane = { key: name, waiting: new Fifo<T>(), beganAt: 0, hasPlace: false };
          lanes.set(name, lane);
          ready.push(lane);
        }
        lane.waiting.push(value);
      };
      const leavePlace = (lane: Lane<T>) => {
        if (lane.hasPlace) places++;
        lane.hasPlace = false;
      };
      const end = (lane: Lane<T>) => {
        running.delete(lane);
        leavePlace(lane);
        if (lane.waiting.length > 0) ready.push(lane);
        else lanes.delete(lane.key);
        free$.next(undefined);
        completeWhenIdle();
      };
      const begin = (): Observable<unknown> => {
        const lane = places > 0 ? ready.shift() : undefined;
        const value = lane?.waiting.shift();
        if (lane === undefined || value === undefined) return EMPTY;
        places--;
        running.add(Object.assign(lane, { beganAt: scheduler.now(), hasPlace: true }));
        began$.next(undefined);
        const timedOut$ = overdue$.pipe(
          filter((overdue) => overdue === lane),
          tap(() => onTimeout?.(value, scheduler.now() - lane.beganAt)),
        );
        return defer(() => work(value)).pipe(
          timeout === Infinity ? identity : takeUntil(timedOut$),
          catchError((error: unknown) => {
            onFailure(value, error);
            return EMPTY;
          }),
          finalize(() => {
            end(lane);
          }),
        );
      };
      // One timer serves all: it never waits longer than what begins meanwhile may take.
      const least = Math.min(slowAfter, timeout);
      const nextCheck = () => {
        const now = scheduler.now();
        const due = Array.from(running, ({ beganAt, hasPlace }) => beganAt + (hasPlace ? least : timeout) - now);
        return Math.max(0, Math.min(least, ...due));
      };
      const check = () => {
        for (const lane of [...running]) {
          const elapsed = scheduler.now() - lane.beganAt;
          if (elapsed >= timeout) overdue$.next(lane);
          else if (elapsed >= slowAfter && lane.hasPlace) {
            leavePlace(lane);
            free$.next(undefined);
          }
        }
      };
      const watch$ = began$.pipe(
        exhaustMap(() =>
          defer(() => timer(nextCheck(), scheduler)).pipe(
            tap(check),
            repeat({ delay: () => (running.size > 0 ? of(0) : EMPTY) }),
          ),
        ),
        ignoreElements(),
        takeUntil(free$.pipe(ignoreElements(), endWith(undefined))),
      );

      return merge(
        source$.pipe(
          tap({
            next: add,
            complete: () => {
              ended = true;
              completeWhenIdle();
            },
          }),
        ),
        // Work that is done at once would otherwise begin the next one deeper and deeper on the stack.
        free$.pipe(observeOn(queueScheduler)),
        least === Infinity ? EMPTY : watch$,
      ).pipe(mergeMap(begin), ignoreElements());
    });
