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
  Subject,
  switchMap,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { Lanes, type InLane } from './lanes.js';
import { TokenBucket } from './token-bucket.js';

/** What the outgoing queue must know of a message. */
export interface Queued extends InLane {
  /** Its place in the order of first sending: of those that go again, the lower goes first. */
  readonly order: number;
  /** In bytes. */
  readonly size: number;
  /** Whether it takes a place in the window until its fate is known. */
  readonly expectAck: boolean;
}

/** What the outgoing queue must know of an open socket. */
export interface Gate {
  /** What was written and is not sent yet, in bytes. */
  readonly bufferedAmount: number;
  /** A value whenever `bufferedAmount` has fallen far enough to write again. */
  readonly drain$: Observable<unknown>;
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
  /** Messages that were released before and have to go again: they go first, in their first order. Default: none. */
  readonly again$?: Observable<T>;
  /** A value for each released message whose fate is known: it makes room in the window. Default: none. */
  readonly freed$?: Observable<unknown>;
  /** How many released messages may be without fate. Default 256. */
  readonly window?: number;
  /** No further message is released while `bufferedAmount` is over this, in bytes. Default 1 MiB. */
  readonly highWater?: number;
  /**
   * How many messages a second are released, those that go again included. What a pause leaves unused is saved up: after
   * it up to one second's worth leaves at once. Default: as many as there are.
   */
  readonly rate?: number;
  /** What the rate goes by. */
  readonly scheduler?: SchedulerLike;
  /** Messages of one turn are released together, by this scheduler. Default: the end of the turn. */
  readonly turn?: SchedulerLike;
}

/**
 * Holds messages while there is no open socket or no room in the window, and releases them, all of one turn in one
 * batch: first those that go again, then lane by lane, in order within each. What was settled meanwhile is passed over.
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
    window = 256,
    highWater = 1024 * 1024,
    rate = Infinity,
    scheduler = asyncScheduler,
    turn = asapScheduler,
  }: OutgoingQueueOptions<T, G>) =>
  (message$: Observable<T>): Observable<Released<T, G>> =>
    defer(() => {
      const fresh = new Lanes<T>();
      const again: T[] = []; // the lowest order last
      const bucket = rate === Infinity ? undefined : new TokenBucket(rate, scheduler.now());
      const spent$ = bucket && new Subject<number>(); // the bucket is empty for so long
      let gate: G | undefined;
      let unsettled = 0;

      const putBack = (message: T) => {
        let index = again.length;
        while (index > 0 && (again[index - 1]?.order ?? 0) < message.order) index--;
        again.splice(index, 0, message);
      };
      const release = (): Released<T, G> | undefined => {
        if (gate === undefined) return undefined;
        const messages: T[] = [];
        const most = bucket?.available(scheduler.now()) ?? Infinity;
        let buffered = gate.bufferedAmount;
        while (unsettled < window && buffered <= highWater && messages.length < most) {
          const message = again.pop() ?? fresh.shift();
          if (message === undefined) break;
          if (message.settled) continue;
          buffered += message.size;
          if (message.expectAck) unsettled++;
          messages.push(message);
        }
        bucket?.take(messages.length);
        if (messages.length === most) spent$?.next(bucket?.delay ?? 0);
        return messages.length > 0 ? { gate, messages } : undefined;
      };

      return merge(
        gate$.pipe(
          tap((next) => (gate = next)),
          switchMap((next) => (next === undefined ? EMPTY : merge([next], next.drain$))),
        ),
        again$.pipe(tap(putBack)),
        freed$.pipe(tap(() => unsettled--)),
        spent$?.pipe(exhaustMap((delay) => timer(delay, scheduler))) ?? EMPTY,
        message$.pipe(
          tap((message) => {
            fresh.push(message);
          }),
        ),
      ).pipe(
        auditTime(0, turn),
        map(release),
        filter((released) => released !== undefined),
      );
    });
