import {
  asyncScheduler,
  defer,
  EMPTY,
  expand,
  merge,
  NEVER,
  noop,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { DeadLinkError } from '../errors.js';
import { PingIntervals } from './ping-intervals.js';
import { silence } from './silence.js';

/** The side of a link that {@link deadLink} watches, and the ping that asks it for a sign of life. */
export interface Link {
  /** As it may be shown. */
  readonly url: string;
  /** A value whenever bytes arrived; `ping` and `pong` if they held one of the other side. */
  readonly activity$: Observable<'ping' | 'pong' | 'bytes'>;
  /** Asks the other side for a sign of life. */
  readonly ping: () => void;
  /**
   * Bytes that were written and are not sent yet. While they get fewer, the ping may still be on its way.
   *
   * @defaultValue 0
   */
  readonly bufferedAmount?: number;
  /** Cuts the link off; called once it is dead. */
  readonly abandon?: () => void;
}

/** Options of {@link deadLink}; times in milliseconds. */
export interface DeadLinkOptions {
  /**
   * Reasons to suspect the link, such as a message without ack. From a value `paused` to a value `resumed` the link is not
   * read, and cannot be found dead.
   *
   * @defaultValue Never emits.
   */
  readonly suspicion$?: Observable<unknown>;
  /**
   * The ping interval of the other side, if an earlier link has shown it.
   *
   * @defaultValue Not known yet.
   */
  readonly pingInterval?: number | undefined;
  /** Called with the ping interval each time it is measured. */
  readonly onInterval?: (interval: number) => void;
  /**
   * Silence longer than this many ping intervals of the other side is suspicious.
   *
   * @defaultValue 2.5
   */
  readonly silenceFactor?: number;
  /**
   * The time a suspected link has to show a sign of life.
   *
   * @defaultValue 5 s
   */
  readonly pongTimeout?: number;
  /**
   * The scheduler of the timers.
   *
   * @defaultValue `asyncScheduler`
   */
  readonly scheduler?: SchedulerLike;
}

const signsOfLife: ReadonlySet<unknown> = new Set(['ping', 'pong', 'bytes']);

/**
 * Never emits; fails once the link is dead: suspected, pinged once, and without any byte for 5 s after that.
 *
 * A link is suspected after silence longer than 2.5 × the interval of the other side's pings (the median of the last
 * three), or at a value of `suspicion$`.
 *
 * ```
 * pings:  p 999ms  p
 * result: 8500ms #       (2.5 s of silence after the last ping, then 5 s)
 * ```
 *
 * @param link - The link.
 * @param options - The times, and further reasons for a suspicion.
 * @returns An Observable that fails once the link is dead.
 * @throws {@link DeadLinkError} as an error of the Observable
 *
 * @example
 * ```ts
 * const frame$ = merge(socket.frame$, deadLink(socket)); // fails once the link is dead
 * ```
 */
export const deadLink = (
  link: Link,
  {
    suspicion$ = NEVER,
    pingInterval,
    onInterval = noop,
    silenceFactor = 2.5,
    pongTimeout = 5000,
    scheduler = asyncScheduler,
  }: DeadLinkOptions = {},
): Observable<never> =>
  defer(() => {
    const pings = new PingIntervals(pingInterval, onInterval);
    let unsent = 0;
    return merge(link.activity$, suspicion$).pipe(
      silence<unknown>({
        read: (signal) => {
          pings.observe(signal, scheduler.now());
          if (signal === 'paused') return 'pause';
          if (signal === 'resumed') return 'resume';
          return signsOfLife.has(signal) ? 'alive' : 'suspect';
        },
        suspectAfter: () => pings.interval && pings.interval * silenceFactor,
        onSuspicion: (suspicion) => {
          if (suspicion === undefined) return;
          unsent = link.bufferedAmount ?? 0;
          link.ping();
        },
        grace: () => {
          const pongTime$ = timer(pongTimeout, scheduler);
          // Bytes that still leave are a sign of life, and the ping may be behind them.
          const hasMoved = () => {
            const before = unsent;
            unsent = link.bufferedAmount ?? 0;
            return unsent < before;
          };
          return pongTime$.pipe(expand(() => (hasMoved() ? pongTime$ : EMPTY)));
        },
        dead: () => {
          link.abandon?.();
          return new DeadLinkError(link.url, `no sign of life within ${pongTimeout} ms of a ping`);
        },
        scheduler,
      }),
    );
  });
