import {
  asapScheduler,
  asyncScheduler,
  auditTime,
  defer,
  EMPTY,
  exhaustMap,
  filter,
  map,
  merge,
  NEVER,
  noop,
  Subject,
  switchMap,
  take,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { Prioritized } from '../collections/priority-queue.js';
import type { Suspicion } from './suspicion.js';
import { TokenBucket } from '../collections/token-bucket.js';
import { WaitingLine, type Control } from './waiting-line.js';

/** A message, as far as {@link outgoingQueue} reads it. */
export interface Queued extends Prioritized {
  /** Its place in the order of first sending: of those of a lane that are resent, the lower goes first. */
  readonly order: number;
  /** In bytes. */
  readonly size: number;
  /** True if it counts as in flight until it is settled. */
  readonly expectAck: boolean;
}

/** An open socket, as far as {@link outgoingQueue} uses it. */
export interface WritableSocket {
  /** The bytes that were written and are not sent yet. */
  readonly bufferedAmount: number;
  /** A value whenever `bufferedAmount` has fallen far enough to write again. */
  readonly drain$: Observable<unknown>;
  /** A value whenever something came in, `pong` for a pong. Needed with a suspicion. */
  readonly activity$?: Observable<unknown>;
  /** Asks the other side for a pong. Needed with a suspicion. */
  readonly ping?: () => void;
}

/** Messages to be written now, in order, to this socket. */
export interface Released<T, G> {
  /** The socket. */
  readonly socket: G;
  /** The messages, the first to be written first. */
  readonly messages: readonly T[];
}

/** Options of {@link outgoingQueue}. */
export interface OutgoingQueueOptions<T, G> {
  /** The open socket; `undefined` while there is none. */
  readonly writable$: Observable<G | undefined>;
  /** Messages that were released before and must be resent: in their lane they go first, in their first order. Default: none. */
  readonly again$?: Observable<T>;
  /** A value for each released message that is no longer in flight: the next may be released. Default: none. */
  readonly freed$?: Observable<unknown>;
  /** A value when a message was settled while it waited: others need not wait for it. Default: none. */
  readonly cleared$?: Observable<unknown>;
  /** The most released messages that may be in flight. @defaultValue 256 */
  readonly maxInFlight?: number;
  /** No further message is released while `bufferedAmount` is over this, in bytes. @defaultValue 1 MiB */
  readonly highWater?: number;
  /**
   * The most messages that are released a second, those that are resent included. What a pause leaves unused is saved up:
   * after it up to one second's worth leaves at once. Default: as many as there are.
   */
  readonly rate?: number;
  /** Scheduler of the rate and of the waits of suspects. @defaultValue `asyncScheduler` */
  readonly scheduler?: SchedulerLike;
  /** The messages that links may end on: they are released alone. Default: none is suspected. */
  readonly suspicion?: Suspicion | undefined;
  /** Scheduler of the end of a tick: messages of one tick are released together. @defaultValue `asapScheduler` */
  readonly tick?: SchedulerLike;
}

/**
 * Holds messages while there is no open socket or as many as `maxInFlight` are in flight, and releases them, all of one tick in one
 * batch: lane by lane, in each lane first those that are resent, in order. What was settled meanwhile is passed over.
 *
 * ```
 * source: ab--c------
 * socket: ---o----x--
 * result: ---Ac------      (A: a and b together)
 * ```
 */
export const outgoingQueue =
  <T extends Queued, G extends WritableSocket>({
    writable$,
    again$ = NEVER,
    freed$ = NEVER,
    cleared$ = NEVER,
    maxInFlight = 256,
    highWater = 1024 * 1024,
    rate = Infinity,
    scheduler = asyncScheduler,
    suspicion,
    tick = asapScheduler,
  }: OutgoingQueueOptions<T, G>) =>
  (message$: Observable<T>): Observable<Released<T, G>> =>
    defer(() => {
      const line = new WaitingLine<T>(() => scheduler.now(), suspicion);
      const bucket = rate === Infinity ? undefined : new TokenBucket(rate, scheduler.now());
      const spent$ = bucket && new Subject<number>(); // the bucket is empty for so long
      const control$ = suspicion && new Subject<Control | undefined>();
      let socket: G | undefined;
      let unsettled = 0;

      const open = (next: G | undefined) => {
        socket = next;
        line.open();
        control$?.next(undefined);
      };
      const release = (): Released<T, G> | undefined => {
        if (socket === undefined) return undefined;
        const most = bucket?.available(scheduler.now()) ?? Infinity;
        const messages = takeBatch(line, socket, { inFlight: unsettled, maxInFlight, highWater, most });
        for (const { expectAck } of messages) if (expectAck) unsettled++;
        if (line.control !== undefined) control$?.next(line.control);
        bucket?.take(messages.length);
        if (messages.length === most) spent$?.next(bucket?.delay ?? 0);
        return messages.length > 0 ? { socket, messages } : undefined;
      };

      return merge(
        writable$.pipe(
          tap(open),
          switchMap((next) => (next === undefined ? EMPTY : merge([next], next.drain$))),
        ),
        again$.pipe(
          tap((message) => {
            line.putBack(message);
          }),
        ),
        freed$.pipe(tap(() => unsettled--)),
        cleared$,
        spent$?.pipe(exhaustMap((delay) => timer(delay, scheduler))) ?? EMPTY,
        control$?.pipe(switchMap((control) => passed(control, socket, line, scheduler))) ?? EMPTY,
        message$.pipe(
          tap((message) => {
            line.push(message);
          }),
        ),
      ).pipe(
        auditTime(0, tick),
        map(release),
        filter((released) => released !== undefined),
      );
    });

/** Takes out what may be written to a socket now. */
const takeBatch = <T extends Queued>(
  line: WaitingLine<T>,
  { bufferedAmount }: WritableSocket,
  limits: {
    readonly inFlight: number;
    readonly maxInFlight: number;
    readonly highWater: number;
    readonly most: number;
  },
): T[] => {
  const messages: T[] = [];
  let { inFlight } = limits;
  let buffered = bufferedAmount;
  while (inFlight < limits.maxInFlight && buffered <= limits.highWater && messages.length < limits.most) {
    const message = line.next(inFlight);
    if (message === undefined) break;
    if (message.settled) continue;
    buffered += message.size;
    if (message.expectAck) inFlight++;
    messages.push(message);
  }
  return messages;
};

/** Emits once a suspect may be released: after a time, or once the socket has answered. */
const passed = <T extends Queued>(
  control: Control | undefined,
  socket: WritableSocket | undefined,
  line: WaitingLine<T>,
  scheduler: SchedulerLike,
): Observable<unknown> => {
  if (control === undefined || socket === undefined) return EMPTY;
  if (typeof control === 'number') return timer(control, scheduler);
  return answered(socket, scheduler).pipe(
    tap((time) => {
      line.answer(time);
    }),
  );
};

/** The longest wait for the pong before a suspect is released, in milliseconds: not every cloud sends pongs. */
const longestQuestion = 5000;

/** Pings, and emits how long the pong took, or `Infinity` when none came in time. */
const answered = ({ activity$ = NEVER, ping = noop }: WritableSocket, scheduler: SchedulerLike): Observable<number> =>
  defer(() => {
    const askedAt = scheduler.now();
    const ping$ = defer(() => {
      ping();
      return EMPTY;
    });
    return merge(
      activity$.pipe(
        filter((activity) => activity === 'pong'),
        map(() => scheduler.now() - askedAt),
      ),
      timer(longestQuestion, scheduler).pipe(map(() => Infinity)),
      ping$,
    ).pipe(take(1));
  });
