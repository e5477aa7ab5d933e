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

/** What the outgoing queue must know of a message. */
export interface Queued extends Prioritized {
  /** Its place in the order of first sending: of those of a lane that go again, the lower goes first. */
  readonly order: number;
  /** In bytes. */
  readonly size: number;
  /** True if it counts as in flight until it is settled. */
  readonly expectAck: boolean;
}

/** What the outgoing queue must know of an open socket. */
export interface Gate {
  /** What was written and is not sent yet, in bytes. */
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
  readonly gate: G;
  readonly messages: readonly T[];
}

/** Where the outgoing queue is let go from, and how much at a time. */
export interface OutgoingQueueOptions<T, G> {
  /** The open socket; `undefined` while there is none. */
  readonly gate$: Observable<G | undefined>;
  /** Messages that were released before and have to go again: in their lane they go first, in their first order. Default: none. */
  readonly again$?: Observable<T>;
  /** A value for each released message that is no longer in flight: the next may be released. Default: none. */
  readonly freed$?: Observable<unknown>;
  /** A value where what others wait for may need no sending any more: it was settled while it waited. Default: none. */
  readonly cleared$?: Observable<unknown>;
  /** How many released messages may be without fate. Default 256. */
  readonly maxInFlight?: number;
  /** No further message is released while `bufferedAmount` is over this, in bytes. Default 1 MiB. */
  readonly highWater?: number;
  /**
   * How many messages a second are released, those that go again included. What a pause leaves unused is saved up: after
   * it up to one second's worth leaves at once. Default: as many as there are.
   */
  readonly rate?: number;
  /** What the rate goes by. */
  readonly scheduler?: SchedulerLike;
  /** Which messages may be those that links end on: they are released alone. Default: none is suspected. */
  readonly suspicion?: Suspicion | undefined;
  /** Messages of one tick are released together, by this scheduler. Default: the end of the tick. */
  readonly tick?: SchedulerLike;
}

/**
 * Holds messages while there is no open socket or as many as `maxInFlight` are in flight, and releases them, all of one tick in one
 * batch: lane by lane, in each lane first those that go again, in order. What was settled meanwhile is passed over.
 *
 * ```
 * source: ab--c------
 * gate:   ---o----x--
 * result: ---Ac------      (A: a and b together)
 * ```
 */
export const outgoingQueue =
  <T extends Queued, G extends Gate>({
    gate$,
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
      let gate: G | undefined;
      let unsettled = 0;

      const open = (next: G | undefined) => {
        gate = next;
        line.open();
        control$?.next(undefined);
      };
      /** What has to pass before a suspect is released. */
      const pass = (control: Control | undefined): Observable<unknown> => {
        if (control === undefined || gate === undefined) return EMPTY;
        if (typeof control === 'number') return timer(control, scheduler);
        return answered(gate, scheduler).pipe(
          tap((time) => {
            line.answer(time);
          }),
        );
      };
      const release = (): Released<T, G> | undefined => {
        if (gate === undefined) return undefined;
        const messages: T[] = [];
        const most = bucket?.available(scheduler.now()) ?? Infinity;
        let buffered = gate.bufferedAmount;
        while (unsettled < maxInFlight && buffered <= highWater && messages.length < most) {
          const message = line.next(unsettled);
          if (message === undefined) break;
          if (message.settled) continue;
          buffered += message.size;
          if (message.expectAck) unsettled++;
          messages.push(message);
        }
        if (line.control !== undefined) control$?.next(line.control);
        bucket?.take(messages.length);
        if (messages.length === most) spent$?.next(bucket?.delay ?? 0);
        return messages.length > 0 ? { gate, messages } : undefined;
      };

      return merge(
        gate$.pipe(
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
        control$?.pipe(switchMap(pass)) ?? EMPTY,
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

/** A suspect goes unanswered for so long at most, in milliseconds: not everybody sends pongs. */
const longestQuestion = 5000;

/** Pings, and emits how long the pong took, or `Infinity` when none came in time. */
const answered = ({ activity$ = NEVER, ping = noop }: Gate, scheduler: SchedulerLike): Observable<number> =>
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
