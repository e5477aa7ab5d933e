import {
  asyncScheduler,
  concat,
  defer,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  NEVER,
  noop,
  of,
  repeat,
  switchMap,
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
  readonly scheduler?: SchedulerLike;
}

/** Pings closer together than this, in milliseconds, were bunched by a stall and say nothing about the interval. */
const bunched = 250;

const signsOfLife: ReadonlySet<unknown> = new Set(['ping', 'pong', 'bytes']);

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
    let pingedAt = -Infinity;
    let intervals: readonly number[] = [];
    let interval = pingInterval;
    let asked = false; // and not heard since
    let paused = false;
    let watchedBy: number | undefined; // the interval that the watch goes by

    const learn = (now: number) => {
      if (now - pingedAt < bunched) return;
      if (pingedAt > -Infinity) {
        intervals = [...intervals.slice(-2), now - pingedAt];
        interval = median(intervals);
        onInterval(interval);
      }
      pingedAt = now;
    };
    /** Notes what was heard; true where the watch has to begin anew. */
    const isNews = (signal: unknown): boolean => {
      if (signal === 'paused' || signal === 'resumed') {
        [paused, asked, pingedAt, heardAt] = [signal === 'paused', false, -Infinity, scheduler.now()];
        return true;
      }
      if (paused) return false;
      const wasAsked = asked;
      asked = !signsOfLife.has(signal);
      if (asked) return !wasAsked;
      heardAt = scheduler.now();
      if (signal === 'ping') learn(heardAt);
      const isOther = interval !== watchedBy;
      watchedBy = interval;
      return wasAsked || isOther;
    };
    const quiet = () => heardAt + (interval ?? Infinity) * silenceFactor - scheduler.now();
    const untilSilent = () =>
      defer(() => timer(quiet(), scheduler)).pipe(
        repeat({ delay: () => (quiet() > 0 ? of(0) : EMPTY) }),
        ignoreElements(),
      );
    const question = () => {
      asked = true;
      const dead = `no sign of life within ${pongTimeout} ms of a ping`;
      // The second timer lets what arrived during a stall of the process be read before the verdict.
      const verdict$ = concat(timer(pongTimeout, scheduler).pipe(ignoreElements()), timer(0, scheduler)).pipe(
        map(() => {
          link.abandon?.();
          throw new DeadLinkError(link.url, dead);
        }),
      );
      const ping$ = defer(() => {
        link.ping();
        return EMPTY;
      });
      return merge(verdict$, ping$);
    };
    const watch = () => (interval === undefined ? EMPTY : concat(untilSilent(), defer(question)));
    return merge(link.activity$, doubt$, interval === undefined ? EMPTY : of('bytes')).pipe(
      filter(isNews),
      switchMap(() => (paused ? EMPTY : asked ? question() : watch())),
    );
  });
