import {
  asyncScheduler,
  defer,
  EMPTY,
  endWith,
  exhaustMap,
  filter,
  identity,
  ignoreElements,
  map,
  merge,
  mergeMap,
  NEVER,
  of,
  repeat,
  switchMap,
  take,
  takeUntil,
  takeWhile,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { InFlight, type Flight } from '../collections/in-flight.js';
import { AckClock } from './ack-clock.js';
import type { Uplink } from './uplink.js';
import { whenRead } from './when-read.js';

/** A reply of the cloud to a message. */
export type Reply =
  /** The cloud has accepted the message. */
  | {
      readonly kind: 'ack';
      /** The `txn` of the message. */
      readonly txn: string;
    }
  /** The cloud asks for the message later. */
  | {
      readonly kind: 'nack';
      /** The `txn` of the message. */
      readonly txn: string;
      /** The wait that the cloud asks for, in milliseconds. */
      readonly retryAfter: number;
    };

/** A message was in flight when its connection ended. */
export interface Lost<T> {
  /** Tells this outcome from the others. */
  readonly kind: 'lost';
  /** The message. */
  readonly message: T;
  /**
   * The time since its write, in milliseconds; undefined if the network has not taken all of it, or without an uplink.
   */
  readonly since?: number | undefined;
  /** The part of that time that its bytes may have been on their way, in milliseconds. Default 0. */
  readonly underWay?: number;
  /** All messages that were in flight, in the order of their writes. Default: it alone. */
  readonly among?: readonly T[];
}

/** The outcome of a transmission. */
export type Outcome<T> =
  /** No reply came in time. */
  | {
      readonly kind: 'expired';
      /** The message. */
      readonly message: T;
    }
  | Lost<T>
  /** The cloud has accepted the message. */
  | {
      readonly kind: 'acknowledged';
      /** The message. */
      readonly message: T;
      /** True if the message was waiting to be resent. */
      readonly late: boolean;
    }
  /** The cloud asks for the message later. */
  | {
      readonly kind: 'nacked';
      /** The message. */
      readonly message: T;
      /** The wait that the cloud asks for, in milliseconds. */
      readonly retryAfter: number;
    }
  /**
   * No outcome yet: nothing shows that the other side has read the message. It is emitted again a timeout after the last
   * sign of life that does not show it either.
   */
  | {
      readonly kind: 'unconfirmed';
      /** The time of the write, in milliseconds of the scheduler. */
      readonly sentAt: number;
    };

/** Long enough for a dead link to be found dead, however short the ack timeout is; in milliseconds. */
const leastPatience = 60_000;

/** Options of {@link ackTimeout}. */
export interface AckTimeoutOptions {
  /** The replies of the cloud. */
  readonly reply$: Observable<Reply>;
  /** A value when the connection is gone: whatever waits for an ack is lost. Default: never. */
  readonly lost$?: Observable<unknown>;
  /** Messages that were settled elsewhere: a late ack for one means nothing. Default: none. */
  readonly settled$?: Observable<{ readonly txn: string }>;
  /**
   * A value whenever the other side shows that it reads, as a pong does. An ack timeout since whose write nothing showed
   * that, neither one of these nor a reply to what was written later, waits for it, or for the link to be lost: a link
   * that takes nothing costs no retry. Where that takes longer than half the timeout, the timeout begins again; where it
   * takes longer than six, and than a minute, the other side seems not to answer such questions, and the timeout counts.
   * Default: the timeout always counts.
   */
  readonly heard$?: Observable<unknown>;
  /**
   * A value for each sign of life, which need not show that anything was read: a timeout after the last of them
   * `unconfirmed` is emitted again. Default: replies alone.
   */
  readonly activity$?: Observable<unknown>;
  /**
   * True while nothing is read on this side: no timeout counts, and all begin again afterwards. Must replay the current
   * value. Default: never.
   */
  readonly paused$?: Observable<boolean>;
  /**
   * The progress of the socket's writes: a message on which bytes still leave, or may still be on their way, is not overdue.
   * A message must be recorded there before it is emitted here. Default: a message arrives as soon as it is written.
   */
  readonly uplink?: Uplink;
  /**
   * The longest wait for a reply, in milliseconds, from the write or from when its bytes left.
   *
   * @defaultValue 10 s (`cloudResponseWaitTimeout` of the protocol)
   */
  readonly timeout?: number;
  /** Scheduler of the timers. @defaultValue `asyncScheduler` */
  readonly scheduler?: SchedulerLike;
}

/**
 * Emits the outcome of each message that was written: acknowledged, nacked, expired after 10 s without a reply, or lost with
 * its connection. A late ack, for a message that waits to be sent again, settles it too.
 *
 * ```
 * sent:   ab
 * reply:  --a              (an ack for a)
 * result: --a 9998ms b     (acknowledged; b expires 10 s after its write)
 * ```
 *
 * @example
 * ```ts
 * written$.pipe(ackTimeout({ reply$, lost$, timeout: 5000 }), resend());
 * ```
 */
export const ackTimeout =
  <T extends { readonly txn: string }>(options: AckTimeoutOptions) =>
  (sent$: Observable<T>): Observable<Outcome<T>> =>
    defer(() => {
      const { reply$, lost$ = NEVER, settled$ = NEVER, uplink, timeout = 10_000, scheduler = asyncScheduler } = options;
      const inFlight = new InFlight<T>();
      const clock = new AckClock({ timeout, scheduler, uplink, needsProof: options.heard$ !== undefined });
      const { track, settle, lose } = bookkeeping(inFlight, clock, uplink);
      const expire = expiring({ ...options, timeout, scheduler, lost$, settled$ }, inFlight, clock);

      // All timeouts are equal, so the first in flight is the first to expire: one timer serves them all.
      const untilDue = (first: Flight<T> | undefined) => (first ? Math.max(0, clock.dueAt(first) - clock.now) : 0);
      const rounds$ = defer(() =>
        timer(untilDue(inFlight.first()), scheduler).pipe(switchMap(expire), takeUntil(lost$)),
      ).pipe(repeat({ delay: () => (inFlight.size > 0 ? of(0) : EMPTY) }));
      // The signs are listened to only while something waits: most units are idle most of the time.
      const sweep$ = merge(signs(options, clock), rounds$.pipe(endWith(undefined))).pipe(
        takeWhile((outcome) => outcome !== undefined),
      );

      return merge(
        reply$.pipe(
          map(settle),
          filter((outcome) => outcome !== undefined),
        ),
        lost$.pipe(mergeMap(lose)),
        settled$.pipe(
          tap(({ txn }) => {
            inFlight.forget(txn);
          }),
          ignoreElements(),
        ),
        sent$.pipe(
          tap(track),
          exhaustMap(() => sweep$),
        ),
      );
    });

/** Records writes, replies and the end of a link, and returns the outcomes that follow. */
const bookkeeping = <T extends { readonly txn: string }>(
  inFlight: InFlight<T>,
  clock: AckClock,
  uplink: Uplink | undefined,
) => ({
  track: (message: T): void => {
    const end = uplink?.end ?? 0;
    inFlight.track(message, clock.now, end, uplink?.timeFor(end) ?? 0);
  },
  settle: (reply: Reply): Outcome<T> | undefined => {
    if (reply.kind === 'nack') {
      const flight = inFlight.reject(reply.txn);
      clock.reply(flight);
      return flight && { kind: 'nacked', message: flight.message, retryAfter: reply.retryAfter };
    }
    const settled = inFlight.settle(reply.txn);
    clock.reply(settled?.flight);
    return settled && { kind: 'acknowledged', message: settled.message, late: settled.flight === undefined };
  },
  lose: (): Outcome<T>[] => {
    const flights = inFlight.loseAll();
    const among = flights.map(({ message }) => message);
    return flights.map(({ message, sentAt, end, underWay }) => {
      if (uplink === undefined) return { kind: 'lost', message };
      const since = uplink.hasLeft(end) ? clock.now - sentAt : undefined;
      return { kind: 'lost', message, since, underWay, among };
    });
  },
});

/** Keeps the clock up to date with what is heard from the other side, and with whether it is listened to. */
const signs = ({ heard$ = EMPTY, paused$ = EMPTY }: AckTimeoutOptions, clock: AckClock): Observable<never> =>
  merge(
    heard$.pipe(
      tap(() => {
        clock.answer();
      }),
    ),
    paused$.pipe(
      tap((isPaused) => {
        clock.pause(isPaused);
      }),
    ),
  ).pipe(ignoreElements());

type ExpiringOptions = AckTimeoutOptions &
  Required<Pick<AckTimeoutOptions, 'timeout' | 'scheduler' | 'lost$' | 'settled$'>>;

/** Returns what expires the first in flight at its time: at once, once it was read, or once this side reads again. */
const expiring = <T extends { readonly txn: string }>(
  options: ExpiringOptions,
  inFlight: InFlight<T>,
  clock: AckClock,
): (() => Observable<Outcome<T>> | readonly Outcome<T>[]) => {
  const {
    reply$,
    lost$,
    settled$,
    heard$ = EMPTY,
    activity$ = NEVER,
    paused$ = NEVER,
    uplink,
    timeout,
    scheduler,
  } = options;
  const due = () => inFlight.expire(clock.isExpired).map((message): Outcome<T> => ({ kind: 'expired', message }));

  return () => {
    if (clock.isPaused) return paused$.pipe(takeWhile(identity), ignoreElements());
    const first = inFlight.first();
    const now = clock.now;
    if (first === undefined || now < clock.dueAt(first)) return EMPTY;
    // An answer to a question could come no earlier than what was written before the question has arrived.
    if (uplink?.hasMoved()) {
      clock.restart();
      return EMPTY;
    }
    const isRead = () => clock.isRead(first);
    // It may be acknowledged meanwhile: then the next to be due has its own question.
    const isMoot = () => inFlight.first()?.sentAt !== first.sentAt;
    if (now < clock.overdueAt(first) && (uplink?.isEmpty || isRead()))
      return merge(timer(clock.overdueAt(first) - now, scheduler), merge(reply$, settled$).pipe(filter(isMoot))).pipe(
        take(1),
        ignoreElements(),
      );
    if (isRead()) return due();
    clock.ask();
    const expireBy = (answer: 'read' | 'unanswered') => {
      if (answer === 'unanswered') clock.assumeRead(now);
      else if (isRead() && clock.now - now > timeout / 2) clock.restart();
      return due();
    };
    return whenRead({
      sign$: merge(heard$, reply$, settled$),
      isRead: () => isRead() || isMoot(),
      activity$: merge(reply$, activity$),
      isPaused: () => clock.isPaused,
      timeout,
      patience: Math.max(6 * timeout, leastPatience),
      scheduler,
    }).pipe(
      mergeMap((answer): readonly Outcome<T>[] =>
        answer === 'unconfirmed' ? [{ kind: 'unconfirmed', sentAt: first.sentAt }] : expireBy(answer),
      ),
      takeUntil(lost$),
    );
  };
};
