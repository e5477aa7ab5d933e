import {
  asyncScheduler,
  defer,
  EMPTY,
  filter,
  mergeMap,
  of,
  repeat,
  switchMap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';

/** A message with a last moment. */
export interface Expiring {
  /** By the clock of the scheduler, in milliseconds. */
  readonly expiresAt: number;
  /** True once its fate is final: it does not expire any more. */
  readonly settled: boolean;
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
  <T extends Expiring>(scheduler: SchedulerLike = asyncScheduler) =>
  (message$: Observable<T>): Observable<T> =>
    defer(() => {
      let waiting: T[] = []; // the first to expire last
      let sweepAt = 1024;

      /** Whether the message is the first to expire now. */
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
        for (let last = waiting.at(-1); last !== undefined && last.expiresAt <= scheduler.now(); last = waiting.at(-1))
          if (waiting.pop()?.settled === false) due.push(last);
        return due;
      };
      const sweep$ = defer(() =>
        timer(Math.max(0, (waiting.at(-1)?.expiresAt ?? 0) - scheduler.now()), scheduler),
      ).pipe(mergeMap(takeDue), repeat({ delay: () => (waiting.length > 0 ? of(0) : EMPTY) }));
      return message$.pipe(
        filter(insert),
        switchMap(() => sweep$),
      );
    });
