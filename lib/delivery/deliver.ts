import {
  defer,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  NEVER,
  of,
  pairwise,
  Subject,
  switchMap,
  take,
  tap,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { ackTimeout, type AckTimeoutOptions, type Outcome, type Reply } from '../operators/ack-timeout.js';
import { outgoingQueue, type Queued, type Released } from '../operators/outgoing-queue.js';
import { Relay } from '../operators/relay.js';
import { resend, type Resendable, type Verdict } from '../operators/resend.js';
import { retryAfter } from '../operators/retry-after.js';
import { Suspicion } from '../operators/suspicion.js';
import { Uplink } from '../operators/uplink.js';
import type { Socket } from '../transport/types.js';

/** A message on its way. The pipeline counts its transmissions. */
export interface Outgoing extends Omit<Queued, 'settled'>, Resendable {
  /** The frame on the wire, the same at every transmission. */
  readonly frame: string;
  transmissions: number;
}

/** A step of a message. */
export interface DeliveryStep<T> {
  readonly message: T;
  readonly status: 'sent' | 'requeued' | 'acknowledged' | 'dropped';
  readonly cause?: unknown;
}

/** Options of {@link deliver}; times in milliseconds. */
export interface DeliverOptions {
  /** The open socket; `undefined` while there is none. Must replay the current one. */
  readonly socket$: Observable<Socket | undefined>;
  readonly reply$: Observable<Reply>;
  /** The most messages that may wait for their ack. */
  readonly maxInFlight: number;
  /** The most messages that are written a second. Default: as many as there are. */
  readonly rate?: number;
  readonly ackTimeout: number;
  readonly maxRetries: number;
  readonly scheduler: SchedulerLike;
  /** Scheduler of the end of a tick. Default `asapScheduler`. */
  readonly tick?: SchedulerLike;
  /** Returns the error that the last connection ended with. */
  readonly lostCause: () => unknown;
  /** True while the socket is not read, where it can be paused. Must replay the current value. Default: never. */
  readonly paused$?: Observable<boolean>;
  /** Called when a message got no ack on a link on which nothing shows that it was read. */
  readonly onSilence: () => void;
  /** Messages that were settled elsewhere: an ack for one means nothing any more. Default: none. */
  readonly settled$?: Observable<{ readonly txn: string }>;
}

/**
 * Delivers each message at least once and reports what happens to it: waits in the outgoing queue for an open socket, sends it,
 * waits for the reply. Without an ack, by a nack or a lost connection it returns to the queue, ahead of newer ones.
 */
export const deliver =
  <T extends Outgoing>(options: DeliverOptions) =>
  (message$: Observable<T>): Observable<DeliveryStep<T>> =>
    defer(() => {
      const {
        socket$,
        settled$ = NEVER,
        maxInFlight,
        rate = Infinity,
        maxRetries,
        scheduler,
        lostCause,
        tick,
      } = options;
      const { ackTimeout: timeout } = options;
      const suspicion = new Suspicion(Math.min(timeout, Math.max(timeout / 2, 5000)));
      const uplink = new Uplink();
      const returns = waysBack<T>();
      const sent = new Relay<T>(); // what was written and waits for its reply
      const sentAlone$ = new Subject<Socket>();
      const lost$ = socket$.pipe(
        pairwise(),
        filter(([, socket]) => socket === undefined),
      );

      return merge(
        socket$.pipe(
          tap((socket) => {
            if (socket) uplink.open(socket);
          }),
          ignoreElements(),
        ),
        sent.value$.pipe(
          ackTimeout(ackTimeoutOptions(options, { lost$, uplink, settled$: merge(settled$, returns.dropped$) })),
          confirmed(suspicion, options.onSilence),
          resend<T>({ maxRetries, timeout, lostCause, judge: suspicion.judge }),
          tap(returns.route),
        ),
        sentAlone$.pipe(probed(suspicion)),
        // After what was in flight has been judged.
        judged(suspicion, settled$, lost$.pipe(map(lostCause))),
        message$.pipe(
          outgoingQueue({
            writable$: socket$,
            again$: returns.requeued$.pipe(retryAfter(scheduler)),
            freed$: returns.freed$,
            cleared$: merge(returns.cleared$, settled$),
            maxInFlight,
            rate,
            scheduler,
            suspicion,
            ...(tick && { tick }),
          }),
          tap(transmitted(uplink, suspicion, sent, sentAlone$)),
          mergeMap(({ messages }) => messages.map((message): DeliveryStep<T> => ({ message, status: 'sent' }))),
        ),
      );
    });

/** The ways back, one for each kind of verdict: a filter for each would cost every message something. */
const waysBack = <T extends Outgoing>() => {
  const requeued$ = new Subject<Extract<Verdict<T>, { status: 'requeued' }>>();
  const dropped$ = new Subject<T>();
  const freed = new Relay<undefined>(); // no longer in flight
  const cleared$ = new Subject<undefined>(); // settled while it waited
  return {
    requeued$: requeued$.asObservable(),
    dropped$: dropped$.asObservable(),
    freed$: freed.value$,
    cleared$: cleared$.asObservable(),
    route: (verdict: Verdict<T>): void => {
      if (verdict.status === 'requeued') requeued$.next(verdict);
      if (verdict.status === 'dropped') dropped$.next(verdict.message);
      if (verdict.status !== 'acknowledged' || !verdict.late) freed.next(undefined);
      else cleared$.next(undefined);
    },
  };
};

/** Listens to the open socket. */
const ackTimeoutOptions = (
  { socket$, reply$, paused$, ackTimeout: timeout, scheduler }: DeliverOptions,
  parts: Pick<AckTimeoutOptions, 'lost$' | 'uplink' | 'settled$'>,
): AckTimeoutOptions => {
  const activity$ = socket$.pipe(switchMap((socket) => socket?.activity$ ?? EMPTY));
  return {
    ...parts,
    reply$,
    heard$: activity$.pipe(filter((activity) => activity === 'pong')),
    activity$,
    ...(paused$ && { paused$: socket$.pipe(switchMap((socket) => (socket?.pause ? paused$ : of(false)))) }),
    timeout,
    scheduler,
  };
};

/** Passes on what is an outcome, and clears what the link has survived. */
const confirmed =
  <T extends Outgoing>(suspicion: Suspicion, onSilence: () => void) =>
  (outcome$: Observable<Outcome<T>>): Observable<Exclude<Outcome<T>, { kind: 'unconfirmed' }>> =>
    outcome$.pipe(
      filter((outcome): outcome is Exclude<Outcome<T>, { kind: 'unconfirmed' }> => {
        if (outcome.kind === 'unconfirmed') onSilence();
        else if (outcome.kind !== 'lost') suspicion.survive(outcome.message, outcome.kind === 'acknowledged');
        return outcome.kind !== 'unconfirmed';
      }),
    );

/** Pings a socket after a message was sent alone: a silence after this ping began with the message. */
const probed = (suspicion: Suspicion) => (socket$: Observable<Socket>) =>
  socket$.pipe(
    switchMap(({ activity$, ping }) => {
      ping();
      return activity$.pipe(take(1));
    }),
    tap(() => {
      suspicion.hear();
    }),
    ignoreElements(),
  );

/** Clears what is settled, and closes the case of each link that ends. */
const judged = (suspicion: Suspicion, settled$: Observable<object>, end$: Observable<unknown>): Observable<never> =>
  merge(
    settled$.pipe(
      tap((message) => {
        suspicion.clear(message);
      }),
    ),
    end$.pipe(
      tap((cause) => {
        suspicion.endLink(cause);
      }),
    ),
  ).pipe(ignoreElements());

/** Writes a batch of messages to its socket. */
const transmitted =
  <T extends Outgoing>(uplink: Uplink, suspicion: Suspicion, sent: Relay<T>, sentAlone$: Subject<Socket>) =>
  ({ socket, messages }: Released<T, Socket>): void => {
    for (const message of messages) message.transmissions++;
    uplink.begin();
    if (socket.sendBatch) socket.sendBatch(messages.map(({ frame }) => frame));
    else for (const { frame } of messages) socket.send(frame);
    for (const message of messages) {
      uplink.write(message.size);
      if (message.expectAck) sent.next(message);
      else suspicion.sendOnce(message);
      if (suspicion.isAlone(message)) sentAlone$.next(socket);
    }
  };
