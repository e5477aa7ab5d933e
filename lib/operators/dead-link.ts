import {
  asyncScheduler,
  defer,
  EMPTY,
  filter,
  merge,
  NEVER,
  noop,
  of,
  switchMap,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { LinkWatch } from './liveness.js';

/** What can be seen of a link from outside, and the question that can be put to it. */
export interface Link {
  readonly url: string;
  /** A value whenever bytes came in; `ping` when they held a ping of the other side. */
  readonly activity$: Observable<'ping' | 'pong' | 'bytes'>;
  /** Asks the other side for a sign of life. */
  readonly ping: () => void;
  /** What was written and is not sent yet, in bytes. While it falls, a question may still be on its way. Default: nothing. */
  readonly bufferedAmount?: number;
  /** Cuts the link off; called once it is dead. Default: nothing. */
  readonly abandon?: () => void;
}

/** When {@link deadLink} suspects a link, and how long it waits then. Times in milliseconds. */
export interface DeadLinkOptions {
  /**
   * Reasons to doubt the link that are seen elsewhere, such as a message without ack on a silent link. From a value
   * `paused` to a value `resumed` the link is not read, and what is not read is not judged.
   */
  readonly doubt$?: Observable<unknown>;
  /** The ping interval of the other side, where an earlier link has shown it. Default: not known yet. */
  readonly pingInterval?: number | undefined;
  /** Told of the ping interval each time it is learned anew. */
  readonly onInterval?: (interval: number) => void;
  /** Silence longer than this many ping intervals of the other side is suspicious. Default 2.5. */
  readonly silenceFactor?: number;
  /** A suspected link has this long to show a sign of life. Default 5 s. */
  readonly pongTimeout?: number;
  /** What its timers run on. Default: `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
}

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
    const watch = new LinkWatch(link, { pingInterval, onInterval, silenceFactor, pongTimeout, scheduler });
    return merge(link.activity$, doubt$, pingInterval === undefined ? EMPTY : of('bytes')).pipe(
      filter((signal) => watch.isNews(signal)),
      switchMap(() => watch.verdict()),
    );
  });
