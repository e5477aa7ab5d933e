import {
  asapScheduler,
  combineLatest,
  debounceTime,
  EMPTY,
  filter,
  firstValueFrom,
  identity,
  merge,
  mergeAll,
  NEVER,
  observeOn,
  of,
  Subject,
  Subscription,
  skip,
  take,
  takeUntil,
  timer,
  type Observable,
} from 'rxjs';
import type { ConnectionState } from './connection.js';
import { deliver, type DeliverOptions, type Report } from './delivery.js';
import { StoppedError } from './errors.js';
import { lazily } from './lazily.js';
import { expire } from './operators/expire.js';
import type { Settings } from './options.js';
import { outbox, type OutboxWatch } from './outbox.js';
import type { Delivery, OutgoingMessage } from './outgoing-message.js';
import { persistence } from './persistence.js';
import type { MessageData, UnitData } from './protocol/envelope.js';
import type { SendOptions } from './send-options.js';
import { sleepClock } from './sleep-clock.js';
import type { StopOptions, Unit, UnitState } from './unit-types.js';

/** What messages are sent over. */
export interface SendingOptions extends Pick<
  DeliverOptions,
  'socket$' | 'reply$' | 'lostCause' | 'onSilence' | 'paused$'
> {
  readonly settings: Settings & OutboxWatch;
  /** Told of a stream that failed, which none may. */
  readonly onFault: (fault: unknown) => void;
}

/** The way of a message from `send` to the socket. */
export interface Sending extends Pick<Unit, 'restored$' | 'whenRoom'> {
  /** The message as it goes its way, unless it came to nothing at once. */
  readonly send: (data: UnitData | MessageData, options?: SendOptions) => OutgoingMessage;
  /** Opens the store, where there is one. */
  readonly begin: () => void;
  /** Emits once all is delivered, or after the timeout. */
  readonly drained: (options: Pick<StopOptions, 'timeout'>) => Observable<unknown>;
  /** Ends everything and gives what is left. */
  readonly end: () => readonly Delivery[];
  readonly withStoreError: (state$: Observable<ConnectionState>) => Observable<UnitState>;
  /** Completes once what was sent just before had its chance to be on disk. */
  readonly atRest$: Observable<never>;
  /** Completes once the store is closed. */
  readonly closed$: Observable<never>;
}

/** How soon after a sleep of the machine messages are dropped whose `ttl` is over, in milliseconds; before the next link opens at once. */
const lookEvery = 1000;
/** How long all must have been delivered before the delivery rests, in milliseconds. */
const restAfter = 1000;

/** Queues messages, keeps them on disk where there is a store, and delivers them; an idle unit shall cost little. */
export const sending = ({ settings, onFault: error, ...link }: SendingOptions): Sending => {
  const { scheduler, store } = settings;
  const accepted$ = new Subject<OutgoingMessage>();
  const clock = sleepClock(() => scheduler.now(), settings.uptime);
  const queue = lazily(() => outbox({ ...settings, clock }));
  const kept = store && persistence({ ...settings, store, queue: queue() });
  let delivering = Subscription.EMPTY;

  const note = ({ message, status, cause }: Report<OutgoingMessage>) => {
    queue().note(message, status, cause);
  };
  /** From the first message on until all have been delivered for a while; with a store, always. */
  const begin = () => {
    if (!delivering.closed) return;
    const { released$, size } = queue();
    const isEmpty = () => size() === 0;
    const rest$ = kept ? NEVER : released$.pipe(filter(isEmpty), debounceTime(restAfter, scheduler), filter(isEmpty));
    const report$ = accepted$.pipe(
      kept?.keep ?? identity,
      deliver<OutgoingMessage>({
        ...settings,
        ...link,
        forget$: released$.pipe(filter(({ status }) => status === 'dropped')),
      }),
      takeUntil(rest$),
    );
    const expired$ = merge(accepted$, kept?.restored$.pipe(mergeAll()) ?? EMPTY).pipe(
      filter(({ expiresAt }) => expiresAt < Infinity),
      expire(scheduler, { clock, look$: link.socket$.pipe(skip(1)), lookEvery }),
    );
    delivering = report$.subscribe({ next: note, error });
    delivering.add(expired$.subscribe({ next: queue().expire, error }));
  };

  return {
    begin: () => {
      if (kept) begin();
    },
    send: (data, options) => {
      const message = queue().accept(data, options);
      if (!message.settled) {
        begin();
        accepted$.next(message);
      }
      return message;
    },
    whenRoom: async () => {
      const { hasRoom, released$ } = queue();
      if (!hasRoom()) await firstValueFrom(released$.pipe(filter(hasRoom)), { defaultValue: undefined });
    },
    drained: ({ timeout = 5000 }) => {
      const { released$, size } = queue();
      if (size() === 0) return of('nothing to wait for');
      const emptied$ = released$.pipe(filter(() => size() === 0));
      // At the end of the turn: what was just written has to get onto its way.
      return merge(emptied$, timer(timeout, scheduler)).pipe(take(1), observeOn(asapScheduler));
    },
    end: () => {
      delivering.unsubscribe();
      return queue().letGo(new StoppedError(), kept?.isKept ?? (() => false));
    },
    restored$: kept?.restored$ ?? of([]),
    withStoreError: (state$) =>
      kept
        ? combineLatest([state$, kept.error$], (state, storeError): UnitState =>
            storeError ? { ...state, storeError } : state,
          )
        : state$,
    atRest$: kept?.atRest$ ?? EMPTY,
    closed$: kept?.closed$ ?? EMPTY,
  };
};
