import {
  asapScheduler,
  catchError,
  combineLatest,
  debounceTime,
  defer,
  EMPTY,
  exhaustMap,
  filter,
  firstValueFrom,
  identity,
  merge,
  mergeAll,
  NEVER,
  observeOn,
  of,
  Subject,
  skip,
  take,
  takeUntil,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { deliver, type DeliverOptions } from './deliver.js';
import { StoppedError, type StoreError } from '../errors.js';
import { lazy } from '../collections/lazy.js';
import { consume } from '../operators/consume.js';
import { expire } from '../operators/expire.js';
import { Relay } from '../operators/relay.js';
import { pendingMessages, type PendingMessages, type PendingMessagesOptions } from './pending-messages.js';
import type { Delivery, OutgoingMessage } from './outgoing-message.js';
import { writeAhead, type WriteAhead, type WriteAheadOptions } from './write-ahead.js';
import type { MessageData, UnitData } from '../protocol/envelope.js';
import type { SendOptions } from './send-options.js';
import { sleepClock } from '../time/sleep-clock.js';

/** Settings of {@link sender}. */
export type SenderSettings = Omit<PendingMessagesOptions, 'clock'> &
  Omit<WriteAheadOptions, 'store' | 'queue'> &
  Omit<DeliverOptions, 'socket$' | 'reply$' | 'lostCause' | 'onSilence' | 'paused$' | 'settled$'> & {
    readonly store: WriteAheadOptions['store'] | undefined;
    /** The time since the machine started, its sleep included, in milliseconds. */
    readonly uptime: () => number;
    readonly scheduler: SchedulerLike;
  };

/** Options of {@link sender}: the socket with its replies, and the settings. */
export interface SenderOptions extends Pick<
  DeliverOptions,
  'socket$' | 'reply$' | 'lostCause' | 'onSilence' | 'paused$'
> {
  readonly settings: SenderSettings;
  /** Called with the error of a stream that failed, which none may. */
  readonly onFault: (fault: unknown) => void;
}

/** The way of a message from `send` to the socket. */
export interface Sender {
  /**
   * Delivers messages while it is subscribed. Without a store it completes once all have been delivered for a while, or at
   * the end; this sender is of no use then. Never fails.
   */
  readonly work$: Observable<never>;
  /** Emits the messages of an earlier run once the store was read. Without a store: an empty list. */
  readonly restored$: Observable<readonly Delivery[]>;
  /** Resolves once the queue has room; at once where it has some. */
  readonly whenRoom: () => Promise<void>;
  /** The message as it goes its way, unless it came to nothing at once. */
  readonly send: (data: UnitData | MessageData, options?: SendOptions) => OutgoingMessage;
  /** Opens the store, where there is one. */
  readonly begin: () => void;
  /** Emits once all is delivered, or after the timeout. */
  readonly drained: (options: { readonly timeout?: number }) => Observable<unknown>;
  /** Ends everything and gives what is left. */
  readonly end: () => readonly Delivery[];
  /** Adds the error of the store to each state, while there is one. */
  readonly withStoreError: <S extends object>(
    state$: Observable<S>,
  ) => Observable<S & { readonly storeError?: StoreError }>;
  /** Completes once what was sent just before had its chance to be on disk. */
  readonly atRest$: Observable<never>;
  /** Completes once the store is closed. */
  readonly closed$: Observable<never>;
}

/**
 * The longest time that a message stays after its `ttl` because the machine slept, in milliseconds. The opening of the next
 * link ends it at once.
 */
const lookEvery = 1000;
/** The time after the last delivery until a sender without a store completes, in milliseconds. */
const restAfter = 1000;

/** Queues messages, keeps them on disk where there is a store, and delivers them; what an idle unit does not need is made on first use. */
export const sender = ({ settings, onFault, ...link }: SenderOptions): Sender => {
  const { scheduler, store } = settings;
  const accepted = new Relay<OutgoingMessage>();
  const expiring = new Relay<OutgoingMessage>(); // of these, what has a last moment
  const clock = sleepClock(() => scheduler.now(), settings.uptime);
  const queue = lazy(() => pendingMessages({ ...settings, clock }));
  const kept = store && writeAhead({ ...settings, store, queue: queue() });
  const begin$ = new Subject<void>();
  const end$ = new Subject<void>();
  const run$ = delivery(settings, link, {
    accepted$: accepted.value$,
    expiring$: expiring.value$,
    clock,
    queue,
    kept,
  }).pipe(
    catchError((fault: unknown) => {
      onFault(fault);
      return EMPTY;
    }),
    takeUntil(end$),
  );
  const begin = () => {
    begin$.next();
  };

  return {
    work$: begin$.pipe(
      kept ? identity : take(1),
      exhaustMap(() => run$),
      kept ? identity : takeUntil(end$),
    ),
    begin: () => {
      if (kept) begin();
    },
    send: (data, options) => {
      const message = queue().accept(data, options);
      if (!message.settled) {
        if (!accepted.isObserved) begin();
        accepted.next(message);
        if (message.expiresAt < Infinity) expiring.next(message);
      }
      return message;
    },
    whenRoom: async () => {
      const { hasRoom, settled$ } = queue();
      if (!hasRoom()) await firstValueFrom(settled$.pipe(filter(hasRoom)), { defaultValue: undefined });
    },
    drained: ({ timeout = 5000 }) => {
      const { emptied$, size } = queue();
      if (size() === 0) return of('nothing to wait for');
      // At the end of the tick: what was just written has to get onto its way.
      return merge(emptied$, timer(timeout, scheduler)).pipe(take(1), observeOn(asapScheduler));
    },
    end: () => {
      end$.next();
      return queue().drain(new StoppedError(), kept?.isKept ?? (() => false));
    },
    restored$: kept?.restored$ ?? of([]),
    withStoreError: (state$) =>
      kept
        ? combineLatest([state$, kept.error$], (state, storeError) => (storeError ? { ...state, storeError } : state))
        : state$,
    atRest$: kept?.atRest$ ?? EMPTY,
    closed$: kept?.closed$ ?? EMPTY,
  };
};

interface DeliveryParts {
  readonly accepted$: Observable<OutgoingMessage>;
  readonly expiring$: Observable<OutgoingMessage>;
  readonly clock: () => number;
  readonly queue: () => PendingMessages;
  readonly kept: WriteAhead | undefined;
}

/** Delivers accepted messages, and drops those that expire, until all have been delivered for a while; with a store, always. */
const delivery = (
  settings: SenderSettings,
  link: Omit<SenderOptions, 'settings' | 'onFault'>,
  { accepted$, expiring$, clock, queue, kept }: DeliveryParts,
): Observable<never> =>
  defer(() => {
    const { scheduler } = settings;
    const { emptied$, dropped$, size, hasRoom, record, expire: dropExpired } = queue();
    // One that waits for room hears of it here.
    const isAtRest = () => size() === 0 && hasRoom();
    const rest$ = kept ? NEVER : emptied$.pipe(debounceTime(restAfter, scheduler), filter(isAtRest));
    const delivered$ = accepted$.pipe(
      kept?.persist ?? identity,
      deliver<OutgoingMessage>({
        ...settings,
        ...link,
        settled$: dropped$,
      }),
      consume(({ message, status, cause }) => {
        record(message, status, cause);
      }),
    );
    const restored$ = kept?.restored$.pipe(
      mergeAll(),
      filter(({ expiresAt }) => expiresAt < Infinity),
    );
    const expired$ = merge(expiring$, restored$ ?? EMPTY).pipe(
      expire(scheduler, { clock, look$: link.socket$.pipe(skip(1)), lookEvery }),
      consume(dropExpired),
    );
    return merge(delivered$, expired$).pipe(takeUntil(rest$));
  });
