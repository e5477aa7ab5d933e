import {
  asyncScheduler,
  debounceTime,
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
import { SlidingMap } from '../collections/sliding-map.js';
import type { Uplink } from './uplink.js';

/** What the cloud says to a message. */
export type Reply =
  | { readonly kind: 'ack'; readonly txn: string }
  | { readonly kind: 'nack'; readonly txn: string; readonly retryAfter: number };

/** A message was in flight when its connection ended. */
export interface Lost<T> {
  readonly kind: 'lost';
  readonly message: T;
  /** How long ago it was written, in milliseconds; undefined where the network has not taken all of it, or without an uplink. */
  readonly since?: number | undefined;
  /** How long its bytes may have been on their way of that time, in milliseconds. Default 0. */
  readonly underWay?: number;
  /** All messages that were in flight, in the order of their writes. Default: it alone. */
  readonly among?: readonly T[];
}

/** What became of a transmission. `silent` is a question, not a fate: nothing shows that what was sent at `sentAt` was read. It comes again a timeout after the last sign of life that shows it neither. */
export type Outcome<T> =
  | { readonly kind: 'expired'; readonly message: T }
  | Lost<T>
  /** `late`: the message was waiting to be sent again. */
  | { readonly kind: 'acknowledged'; readonly message: T; readonly late: boolean }
  | { readonly kind: 'nacked'; readonly message: T; readonly retryAfter: number }
  | { readonly kind: 'silent'; readonly sentAt: number };

/** Long enough for a dead link to be found dead, however short the ack timeout is; in milliseconds. */
const leastPatience = 60_000;

/** A message that waits for its reply; `underWay` is how long its bytes could take when it was written. */
interface Waiting<T> {
  readonly message: T;
  readonly sentAt: number;
  readonly end: number;
  readonly underWay: number;
}

/** What {@link ackTimeout} listens to. */
export interface AckTimeoutOptions {
  readonly reply$: Observable<Reply>;
  /** The connection is gone: whatever waits for an ack is lost. Default: never. */
  readonly lost$?: Observable<unknown>;
  /** A message that is not to be sent again: a late ack for it means nothing. Default: none. */
  readonly forget$?: Observable<{ readonly txn: string }>;
  /**
   * A value whenever the other side shows that it reads, as a pong does. An ack timeout since whose write nothing showed
   * that, neither one of these nor a reply to what was written later, waits for it, or for the link to be lost: a link
   * that takes nothing costs no retry. Where that takes longer than half the timeout, the timeout begins anew; where it
   * takes longer than six, and than a minute, the other side seems not to answer such questions, and the timeout counts.
   * Default: the timeout always counts.
   */
  readonly heard$?: Observable<unknown>;
  /**
   * A value for each sign of life, which may end the doubt of whoever is told of `silent` without showing that anything
   * was read: a timeout after the last of them it is told again. Default: replies alone.
   */
  readonly activity$?: Observable<unknown>;
  /**
   * True while nothing is read on this side: no timeout counts, and all begin anew afterwards. Must replay the current
   * value. Default: never.
   */
  readonly paused$?: Observable<boolean>;
  /**
   * What is known of the way out: a message on which bytes still leave, or may still be on their way, is not overdue. It
   * must have noted a message before that is emitted here. Default: a message arrives as soon as it is written.
   */
  readonly uplink?: Uplink;
  /** In milliseconds, from the write, or from when its bytes left. Default 10 s (`cloudResponseWaitTimeout`). */
  readonly timeout?: number;
  /** What its timers run on. Default: `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
}

/**
 * Tells what became of each message that was written: acknowledged, nacked, expired after 10 s without reply, or lost
 * with its connection. A late ack, for a message that waits to be sent again, settles it too.
 *
 * ```
 * sent:   ab
 * reply:  --a              (an ack for a)
 * result: --a 9998ms b     (acknowledged; b expires 10 s after its write)
 * ```
 */
export const ackTimeout =
  <T extends { readonly txn: string }>({
    reply$,
    lost$ = NEVER,
    forget$ = NEVER,
    heard$,
    activity$ = NEVER,
    paused$ = NEVER,
    uplink,
    timeout = 10_000,
    scheduler = asyncScheduler,
  }: AckTimeoutOptions) =>
  (sent$: Observable<T>): Observable<Outcome<T>> =>
    defer(() => {
      // All timeouts are equal, so the first entry is the first to expire: one timer serves them all.
      const waiting = new SlidingMap<string, Waiting<T>>();
      const late = new Map<string, T>();
      let readUntil = heard$ ? -Infinity : Infinity; // what was sent before was read by the other side
      let askedAt = Infinity; // the last time, where it was ever asked
      let askedEnd = 0; // how far was written then
      let repliedAt = -Infinity;
      let startedAt = -Infinity; // no timeout began before
      let paused = false;

      const first = () => waiting.first();
      const dueAt = ({ sentAt }: Waiting<T>) => Math.max(sentAt, startedAt) + timeout;
      /** The same, and no earlier than its bytes had their time to arrive. */
      const overdueAt = (entry: Waiting<T>) =>
        entry.underWay === 0
          ? dueAt(entry)
          : Math.max(entry.sentAt, startedAt, repliedAt) + timeout + (uplink?.timeFor(entry.end) ?? 0);
      const track = (message: T) => {
        if (late.size > 0) late.delete(message.txn);
        const end = uplink?.end ?? 0;
        waiting.add(message.txn, { message, sentAt: scheduler.now(), end, underWay: uplink?.timeFor(end) ?? 0 });
      };
      const giveUp = (until: number): Outcome<T>[] => {
        const outcomes: Outcome<T>[] = [];
        for (const [txn, entry] of waiting) {
          if (entry.sentAt > until || overdueAt(entry) > scheduler.now()) break;
          waiting.delete(txn);
          late.set(txn, entry.message);
          outcomes.push({ kind: 'expired', message: entry.message });
        }
        return outcomes;
      };
      const lose = (): Outcome<T>[] => {
        const entries = Array.from(waiting, ([, entry]) => entry);
        const among = entries.map(({ message }) => message);
        return entries.map(({ message, sentAt, end, underWay }) => {
          waiting.delete(message.txn);
          late.set(message.txn, message);
          if (uplink === undefined) return { kind: 'lost', message };
          const since = uplink.hasLeft(end) ? scheduler.now() - sentAt : undefined;
          return { kind: 'lost', message, since, underWay, among };
        });
      };
      const settle = (reply: Reply): Outcome<T> | undefined => {
        const { txn } = reply;
        const { message, sentAt = -Infinity, end = 0 } = waiting.take(txn) ?? {};
        if (sentAt > readUntil) readUntil = sentAt;
        if (uplink) {
          uplink.read(end);
          repliedAt = scheduler.now();
        }
        if (reply.kind === 'nack') {
          if (message === undefined) return undefined;
          late.set(txn, message);
          return { kind: 'nacked', message, retryAfter: reply.retryAfter };
        }
        const acknowledged = message ?? late.get(txn);
        if (late.size > 0) late.delete(txn);
        return acknowledged && { kind: 'acknowledged', message: acknowledged, late: message === undefined };
      };
      const expire = (): Observable<Outcome<T>> | Outcome<T>[] => {
        if (paused) return paused$.pipe(takeWhile(identity), ignoreElements());
        const entry = first();
        if (entry === undefined) return EMPTY;
        const { sentAt } = entry;
        const now = scheduler.now();
        const isRead = () => readUntil > sentAt;
        const due = () => giveUp(Math.min(scheduler.now() - timeout, readUntil));
        if (now < dueAt(entry)) return EMPTY;
        // What was asked about may be acknowledged meanwhile: then the next to be due has its own question.
        const isMoot = () => first()?.sentAt !== sentAt;
        // An answer to a question could come no earlier than what was written before the question has arrived.
        if (uplink?.hasMoved()) {
          startedAt = now;
          return EMPTY;
        }
        if (now < overdueAt(entry) && (uplink?.isEmpty || isRead()))
          return merge(timer(overdueAt(entry) - now, scheduler), merge(reply$, forget$).pipe(filter(isMoot))).pipe(
            take(1),
            ignoreElements(),
          );
        if (heard$ === undefined || isRead()) return due();
        askedAt = now;
        askedEnd = uplink?.end ?? 0;
        const read$ = merge(heard$, reply$, forget$).pipe(
          filter(() => isRead() || isMoot()),
          tap(() => {
            if (isRead() && scheduler.now() - now > timeout / 2) startedAt = scheduler.now();
          }),
        );
        const unanswered$ = timer(Math.max(6 * timeout, leastPatience), timeout, scheduler).pipe(
          filter(() => !paused),
          tap(() => (readUntil = now)),
        );
        const silent: Outcome<T> = { kind: 'silent', sentAt };
        // Whatever else is heard answers the doubt as well, and the link may have died since.
        const again$ = merge(reply$, activity$).pipe(
          debounceTime(timeout, scheduler),
          filter(() => !paused),
          map(() => undefined),
        );
        return merge(
          of(silent),
          merge(merge(read$, unanswered$).pipe(map(due)), again$).pipe(
            takeWhile((outcomes) => outcomes === undefined, true),
            mergeMap((outcomes) => outcomes ?? [silent]),
            takeUntil(lost$),
          ),
        );
      };
      const untilDue = (entry: Waiting<T> | undefined) => (entry ? dueAt(entry) - scheduler.now() : 0);
      // One round: until the first entry is due, again as long as something waits.
      const round$ = defer(() =>
        timer(Math.max(0, untilDue(first())), scheduler).pipe(switchMap(expire), takeUntil(lost$)),
      );
      const rounds$ = round$.pipe(repeat({ delay: () => (waiting.size > 0 ? of(0) : EMPTY) }));
      // Listened to only while something waits: most units are idle most of the time.
      const signs$ = merge(
        heard$?.pipe(
          tap(() => {
            readUntil = Math.max(readUntil, Math.min(askedAt, scheduler.now()));
            uplink?.read(askedEnd);
          }),
        ) ?? EMPTY,
        paused$.pipe(
          tap((isPaused) => {
            if (paused && !isPaused) startedAt = scheduler.now();
            paused = isPaused;
          }),
        ),
      ).pipe(ignoreElements());
      const sweep$ = merge(signs$, rounds$.pipe(endWith(undefined))).pipe(
        takeWhile((outcome) => outcome !== undefined),
      );

      return merge(
        reply$.pipe(
          map(settle),
          filter((outcome) => outcome !== undefined),
        ),
        lost$.pipe(mergeMap(lose)),
        forget$.pipe(
          tap(({ txn }) => {
            late.delete(txn);
            waiting.delete(txn);
          }),
          ignoreElements(),
        ),
        sent$.pipe(
          tap(track),
          exhaustMap(() => sweep$),
        ),
      );
    });
