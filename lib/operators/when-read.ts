import { debounceTime, filter, map, merge, of, takeWhile, timer, type Observable, type SchedulerLike } from 'rxjs';

/** Options of {@link whenRead}; times in milliseconds. */
export interface WhenReadOptions {
  /** A value whenever `isRead` may have become true. */
  readonly sign$: Observable<unknown>;
  /** True once the other side is known to have read what was written. */
  readonly isRead: () => boolean;
  /** A value for each sign of life, which need not show that anything was read. */
  readonly activity$: Observable<unknown>;
  /** True while nothing is read on this side: then nothing can be concluded. */
  readonly isPaused: () => boolean;
  /** The time since the last sign of life after which the question is asked again. */
  readonly timeout: number;
  /** The time after which the other side seems not to answer such questions. */
  readonly patience: number;
  readonly scheduler: SchedulerLike;
}

/**
 * Finds out whether a silent peer still reads. Emits `unconfirmed` at once and a timeout after the last of each row of signs
 * of life that do not show it, and at last `read`, or `unanswered` where that takes too long.
 *
 * ```
 * sign:     -------r
 * activity: --x-----      (timeout: 3 ms)
 * result:   u----u-(r|)
 * ```
 */
export const whenRead = ({
  sign$,
  isRead,
  activity$,
  isPaused,
  timeout,
  patience,
  scheduler,
}: WhenReadOptions): Observable<'unconfirmed' | 'read' | 'unanswered'> =>
  merge(
    of('unconfirmed' as const),
    merge(
      sign$.pipe(
        filter(isRead),
        map(() => 'read' as const),
      ),
      timer(patience, timeout, scheduler).pipe(
        filter(() => !isPaused()),
        map(() => 'unanswered' as const),
      ),
      activity$.pipe(
        debounceTime(timeout, scheduler),
        filter(() => !isPaused()),
        map(() => 'unconfirmed' as const),
      ),
    ).pipe(takeWhile((answer) => answer === 'unconfirmed', true)),
  );
