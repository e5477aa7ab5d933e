import {
  asapScheduler,
  defer,
  EMPTY,
  exhaustMap,
  merge,
  mergeMap,
  of,
  repeat,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { Fifo } from '../collections/fifo.js';

/** Options of {@link writeBatches}. */
export interface WriteBatchesOptions {
  /** The most values of a batch. Default 4096. */
  readonly most?: number;
  /** Scheduler of the end of a tick. Default `asapScheduler`. */
  readonly scheduler?: SchedulerLike;
  /** Called when the last batch is written and no value waits. */
  readonly onIdle?: () => void;
}

/**
 * Writes the values of one tick as a batch, one batch at a time: values that come while a batch is being written go into the
 * next one. `write` takes the batch when it is ready to write, and its values are emitted. The first batch is written also
 * where it is empty.
 *
 * ```
 * source: ab-c-d-------
 * write:  ----|            (4 ms)
 * result: ----A---B---C    (A: a; B: b and c; C: d)
 * ```
 */
export const writeBatches =
  <T, R>(
    write: (take: () => readonly T[]) => Observable<R>,
    { most = 4096, scheduler = asapScheduler, onIdle }: WriteBatchesOptions = {},
  ) =>
  (source$: Observable<T>): Observable<R> =>
    defer(() => {
      const waiting = new Fifo<T>();
      const take = (): readonly T[] => {
        const batch: T[] = [];
        for (let next = waiting.shift(); next !== undefined; next = batch.length < most ? waiting.shift() : undefined)
          batch.push(next);
        return batch;
      };
      const batches$ = timer(0, scheduler).pipe(
        mergeMap(() => write(take)),
        repeat({ delay: () => (waiting.length > 0 ? of(0) : EMPTY) }),
        tap({ complete: () => onIdle?.() }),
      );
      const added$ = source$.pipe(
        tap((value) => {
          waiting.push(value);
        }),
      );
      return merge(of('the first batch'), added$).pipe(exhaustMap(() => batches$));
    });
