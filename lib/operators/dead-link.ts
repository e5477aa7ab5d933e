import {
  asyncScheduler,
  concat,
  connect,
  defer,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  identity,
  ignoreElements,
  map,
  merge,
  mergeMap,
  NEVER,
  noop,
  of,
  pairwise,
  repeat,
  scan,
  startWith,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { DeadLinkError } from '../errors.js';

/** What can be seen of a link from outside, and the question that can be put to it. */
export interface Link {
  readonly url: string;
  /** A value whenever bytes came in; `ping` when they held a ping of the other side. */
  readonly activity$: Observable<'ping' | 'pong' | 'bytes'>;
  /** Asks the other side for a sign of life. */
  readonly ping: () => void;
}

/** When {@link deadLink} suspects a link, and how long it waits then. Times in milliseconds. */
export interface DeadLinkOptions {
  /** Reasons to doubt the link that are seen elsewhere, such as a message without ack on a silent link. */
  readonly doubt$?: Observable<unknown>;
  /** The ping interval of the other side, where an earlier link has shown it. Default: not known yet. */
  readonly pingInterval?: number | undefined;
  /** Told of the ping interval each time it is learned anew. */
  readonly onInterval?: (interval: number) => void;
  /** Silence longer than this many ping intervals of the other side is suspicious. Default 2.5. */
  readonly silenceFactor?: number;
  /** A suspected link has this long to show a sign of life. Default 5 s. */
  readonly pongTimeout?: number;
  readonly scheduler?: SchedulerLike;
}

/** Pings closer together than this, in milliseconds, were bunched by a stall and say nothing about the interval. */
const bunched = 250;

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[(numbers.length - 1) >> 1] ?? 0;

/**
 * Never emits; fails once the link is dead: suspected, pinged once, and without any byte for 5 s after that.
 *
 * Suspicion is silence longer than 2.5 × the interval of the other side's pings (the median of the last three), or a
 * value of `doubt$`.
 *
 * ```
 * pings:  p 999ms  p
 * result: 8500ms #       (2.5 s of silence after the last ping, then 5 s)
 * ```
 *
 * @throws {@link DeadLinkError}
 */
export const deadLink = (
  link: Link,
  {
    doubt$ = NEVER,
    pingInterval,
    onInterval = noop,
    silenceFactor = 2.5,
    pongTimeout = 5000,
    scheduler = asyncScheduler,
  }: DeadLinkOptions = {},
): Observable<never> =>
  defer(() => {
    let heardAt = scheduler.now();
    const silence = (limit: number, activity$: Observable<unknown>): Observable<unknown> => {
      const isSilent = () => scheduler.now() - heardAt >= limit;
      return defer(() => timer(heardAt + limit - scheduler.now(), scheduler)).pipe(
        filter(isSilent),
        // Suspected once, the link has to be heard again before it can be suspected anew.
        repeat({ delay: () => (isSilent() ? activity$.pipe(take(1)) : of(0)) }),
      );
    };
    return link.activity$.pipe(
      tap(() => (heardAt = scheduler.now())),
      connect((activity$) => {
        const interval$ = activity$.pipe(
          filter((activity) => activity === 'ping'),
          map(() => scheduler.now()),
          distinctUntilChanged((last, now) => now - last < bunched),
          pairwise(),
          scan((intervals, [last, now]) => [...intervals.slice(-2), now - last], [] as readonly number[]),
          map(median),
          tap(onInterval),
          pingInterval === undefined ? identity : startWith(pingInterval),
        );
        const suspicion$ = merge(
          doubt$,
          interval$.pipe(switchMap((interval) => silence(interval * silenceFactor, activity$))),
        );
        return merge(
          activity$.pipe(ignoreElements()),
          suspicion$.pipe(
            exhaustMap(() => {
              // The second timer lets what arrived during a stall of the process be read before the verdict.
              const verdict$ = concat(timer(pongTimeout, scheduler).pipe(ignoreElements()), timer(0, scheduler));
              const question$ = defer(() => {
                link.ping();
                return EMPTY;
              });
              return merge(verdict$.pipe(takeUntil(activity$)), question$);
            }),
            mergeMap(() =>
              throwError(() => new DeadLinkError(link.url, `no sign of life within ${pongTimeout} ms of a ping`)),
            ),
          ),
        );
      }),
    );
  });
