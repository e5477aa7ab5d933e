import {
  asyncScheduler,
  defer,
  EMPTY,
  filter,
  merge,
  mergeMap,
  NEVER,
  of,
  repeat,
  switchMap,
  take,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';

/** A message with a last moment. */
export interface Expiring {
  /** By the clock, in milliseconds. */
  readonly expiresAt: number;
  /** True once it is settled: it does not expire any more. */
  readonly settled: boolean;
}

/** Options of {@link expire} for timers that may stand still while time passes, as they do while a machine sleeps. */
export interface ExpireOptions {
  /** Returns the time that last moments are compared with, in milliseconds. Default: the clock of the scheduler. */
  readonly clock?: () => number;
  /** A value whenever the clock may have gone ahead of the timers: whatever is due by then is emitted. Default: never. */
  readonly look$?: Observable<unknown>;
  /** The longest wait before the clock is read again, in milliseconds. Default: as long as it takes. */
  readonly lookEvery?: number;
}

/**
 * Emits each message at its last moment, unless it is settled by then. One timer serves them all.
 *
 * ```
 * source: ab-----      (a: at 5 ms, b: at 3 ms)
 * result: ---b-a-
 * ```
 */
export const expire =
  <T extends Expiring>(
    scheduler: SchedulerLike = asyncScheduler,
    { clock = () => scheduler.now(), look$ = NEVER, lookEvery = Infinity }: ExpireOptions = {},
  ) =>
  (message$: Observable<T>): Observable<T> =>
    defer(() => {
      let waiting: T[] = []; // the first to expire last
      let sweepAt = 1024;

      /** Returns true if the message is now the first to expire. */
      const insert = (message: T): boolean => {
        if (waiting.length >= sweepAt) {
          waiting = waiting.filter(({ settled }) => !settled);
          sweepAt = Math.max(1024, waiting.length * 2);
        }
        let [low, high] = [0, waiting.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if ((waiting[middle]?.expiresAt ?? 0) > message.expiresAt) low = middle + 1;
          else high = middle;
        }
        waiting.splice(low, 0, message);
        return low === waiting.length - 1;
      };
      const takeDue = (): T[] => {
        const due: T[] = [];
        for (let last = waiting.at(-1); last !== undefined && last.expiresAt <= clock(); last = waiting.at(-1))
          if (waiting.pop()?.settled === false) due.push(last);
        return due;
      };
      const sweep$ = defer(() =>
        merge(
          timer(Math.max(0, Math.min((waiting.at(-1)?.expiresAt ?? 0) - clock(), lookEvery)), scheduler),
          look$,
        ).pipe(take(1)),
      ).pipe(mergeMap(takeDue), repeat({ delay: () => (waiting.length > 0 ? of(0) : EMPTY) }));
      return message$.pipe(
        filter(insert),
        switchMap(() => sweep$),
      );
    });
