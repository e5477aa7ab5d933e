import {
  defer,
  EMPTY,
  filter,
  ignoreElements,
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
import { ackTimeout, type Outcome, type Reply } from '../operators/ack-timeout.js';
import { outgoingQueue, type Queued } from '../operators/outgoing-queue.js';
import { resend, type Resendable, type Verdict } from '../operators/resend.js';
import { retryAfter } from '../operators/retry-after.js';
import { Suspicion } from '../operators/suspicion.js';
import { Uplink } from '../operators/uplink.js';
import type { Socket } from '../transport/types.js';

/** A message on its way; the pipeline counts its transmissions on it. */
export interface Outgoing extends Omit<Queued, 'settled'>, Resendable {
  /** What goes on the wire, the same at every transmission. */
  readonly frame: string;
  transmissions: number;
}

/** What happened to a message. */
export interface Report<T> {
  readonly message: T;
  readonly status: 'sent' | 'requeued' | 'acknowledged' | 'dropped';
  readonly cause?: unknown;
}

/** What {@link deliver} runs on; times in milliseconds. */
export interface DeliverOptions {
  /** The open socket; `undefined` while there is none. Must replay the current one. */
  readonly socket$: Observable<Socket | undefined>;
  readonly reply$: Observable<Reply>;
  readonly maxInFlight: number;
  /** How many messages a second are written. Default: as many as there are. */
  readonly rate?: number;
  readonly ackTimeout: number;
  readonly maxRetries: number;
  readonly scheduler: SchedulerLike;
  /** Scheduler of the end of a tick. Default `asapScheduler`. */
  readonly tick?: SchedulerLike;
  /** Why the last connection ended. */
  readonly lostCause: () => unknown;
  /** True while the socket is not read, where it can be paused. Must replay the current value. Default: never. */
  readonly paused$?: Observable<boolean>;
  /** Told when a message got no ack on a link on which nothing shows that it was read. */
  readonly onSilence: () => void;
  /** Messages whose fate was decided elsewhere: an ack for them means nothing any more. Default: none. */
  readonly forget$?: Observable<{ readonly txn: string }>;
}

/**
 * Delivers each message at least once and reports what happens to it: wait in the outgoing queue for an open socket,
 * send, wait for the reply; no ack, a nack or a lost connection puts it back into the queue, ahead of newer ones.
 */
export const deliver =
  <T extends Outgoing>(options: DeliverOptions) =>
  (message$: Observable<T>): Observable<Report<T>> =>
    defer(() => {
      const {
        socket$,
        reply$,
        maxInFlight,
        rate = Infinity,
        maxRetries,
        scheduler,
        lostCause,
        onSilence,
        forget$ = NEVER,
        paused$,
        tick,
      } = options;
      // The ways back, one for each kind of verdict: a filter for each would cost every message something.
      const requeued$ = new Subject<Extract<Verdict<T>, { status: 'requeued' }>>();
      const dropped$ = new Subject<T>();
      const freed$ = new Subject<undefined>();
      const cleared$ = new Subject<undefined>();
      const goBack = (verdict: Verdict<T>) => {
        if (verdict.status === 'requeued') requeued$.next(verdict);
        if (verdict.status === 'dropped') dropped$.next(verdict.message);
        if (verdict.status !== 'acknowledged' || !verdict.late) freed$.next(undefined);
        else cleared$.next(undefined);
      };

      const suspicion = new Suspicion(Math.min(options.ackTimeout, Math.max(options.ackTimeout / 2, 5000)));
      const uplink = new Uplink();
      const lost$ = socket$.pipe(
        pairwise(),
        filter(([, socket]) => socket === undefined),
      );
      const activity$ = socket$.pipe(switchMap((socket) => socket?.activity$ ?? EMPTY));
      const sent$ = new Subject<T>(); // what was written and waits for its reply
      const sentAlone$ = new Subject<Socket>();

      return merge(
        socket$.pipe(
          tap((socket) => {
            if (socket) uplink.open(socket);
          }),
          ignoreElements(),
        ),
        sent$.pipe(
          ackTimeout({
            reply$,
            lost$,
            uplink,
            forget$: merge(forget$, dropped$),
            heard$: activity$.pipe(filter((activity) => activity === 'pong')),
            activity$,
            ...(paused$ && { paused$: socket$.pipe(switchMap((socket) => (socket?.pause ? paused$ : of(false)))) }),
            timeout: options.ackTimeout,
            scheduler,
          }),
          filter((outcome): outcome is Exclude<Outcome<T>, { kind: 'silent' }> => {
            if (outcome.kind === 'silent') onSilence();
            else if (outcome.kind !== 'lost') suspicion.survive(outcome.message, outcome.kind === 'acknowledged');
            return outcome.kind !== 'silent';
          }),
          resend<T>({ maxRetries, timeout: options.ackTimeout, lostCause, judge: suspicion.judge }),
          tap(goBack),
        ),
        // A silence after this ping began with the message.
        sentAlone$.pipe(
          switchMap(({ activity$, ping }) => {
            ping();
            return activity$.pipe(take(1));
          }),
          tap(() => {
            suspicion.hear();
          }),
          ignoreElements(),
        ),
        // Each after what was in flight has been judged.
        merge(
          forget$.pipe(
            tap((message) => {
              suspicion.clear(message);
            }),
          ),
          lost$.pipe(
            tap(() => {
              suspicion.endLink(lostCause());
            }),
          ),
        ).pipe(ignoreElements()),
        message$.pipe(
          outgoingQueue({
            gate$: socket$,
            again$: requeued$.pipe(retryAfter(scheduler)),
            freed$,
            cleared$: merge(cleared$, forget$),
            maxInFlight,
            rate,
            scheduler,
            suspicion,
            ...(tick && { tick }),
          }),
          tap(({ gate, messages }) => {
            for (const message of messages) message.transmissions++;
            uplink.begin();
            if (gate.sendAll) gate.sendAll(messages.map(({ frame }) => frame));
            else for (const { frame } of messages) gate.send(frame);
            for (const message of messages) {
              uplink.write(message.size);
              if (message.expectAck) sent$.next(message);
              else suspicion.sendOnce(message);
              if (suspicion.isAlone(message)) sentAlone$.next(gate);
            }
          }),
          mergeMap(({ messages }) => messages.map((message): Report<T> => ({ message, status: 'sent' }))),
        ),
      );
    });
