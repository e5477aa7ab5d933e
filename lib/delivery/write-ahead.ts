import {
  asapScheduler,
  auditTime,
  BehaviorSubject,
  catchError,
  concat,
  defer,
  EMPTY,
  endWith,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  ReplaySubject,
  Subject,
  take,
  tap,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { StoreError } from '../errors.js';
import { writeBatches } from '../operators/write-batches.js';
import type { AnyStore } from '../store/types.js';
import { KeptMessages } from './kept-messages.js';
import type { OutgoingMessage } from './outgoing-message.js';
import type { PendingMessages } from './pending-messages.js';
import { StoreHealth } from './store-health.js';

/** Treatment of a message that the store fails to keep: `refuse` drops it, `continue` keeps it in memory alone. */
export type OnStoreFailure = 'refuse' | 'continue';

/** Options of {@link writeAhead}. */
export interface WriteAheadOptions {
  readonly store: AnyStore;
  readonly onStoreFailure: OnStoreFailure;
  readonly scheduler: SchedulerLike;
  readonly queue: Pick<PendingMessages, 'record' | 'restore' | 'stored' | 'settled$'>;
}

/** Messages on their way over the disk. */
export interface WriteAhead {
  /** Passes messages on in their order, each once it is on disk if it is to be kept; what an earlier run left goes first. */
  readonly persist: MonoTypeOperatorFunction<OutgoingMessage>;
  /** Emits what the store had when it was opened; the latest is replayed. */
  readonly restored$: Observable<readonly OutgoingMessage[]>;
  /** Emits why the store fails, `undefined` while it does not; the latest is replayed. */
  readonly error$: Observable<StoreError | undefined>;
  /** Completes once the store is open and no message waits to be on disk, or after a second. */
  readonly atRest$: Observable<never>;
  /** True if the message is in the store. */
  readonly isKept: (message: OutgoingMessage) => boolean;
  /**
   * Removes what is acknowledged and closes the store; what was on its way to the disk will not come back. Completes after a
   * second at the latest; never fails.
   */
  readonly closed$: Observable<never>;
}

/** The longest that a stop waits for the disk, in milliseconds. */
const stopTimeout = 1000;

const isToBeKept = ({ status }: OutgoingMessage): boolean => status === undefined;
const unsettled = (messages: readonly OutgoingMessage[]) => messages.filter(({ settled }) => !settled);

/** Puts messages into the store before they are sent, and removes them once they are settled. */
export const writeAhead = (options: WriteAheadOptions): WriteAhead => {
  const { store, queue, scheduler } = options;
  const health = new StoreHealth();
  const kept = new KeptMessages(store, health);
  const restored$ = new ReplaySubject<readonly OutgoingMessage[]>(1);
  const busy$ = new BehaviorSubject(true);
  const tooLate$ = new Subject<OutgoingMessage>(); // settled while it was being written

  const setBusy = (busy: boolean) => {
    if (busy$.value !== busy) busy$.next(busy);
  };
  const removals$ = merge(queue.settled$, tooLate$).pipe(
    filter((message) => kept.settle(message)),
    auditTime(0, asapScheduler),
    mergeMap(() => kept.remove()),
  );
  const orTooLong = (done$: Observable<unknown>): Observable<never> =>
    merge(done$, timer(stopTimeout, scheduler)).pipe(take(1), ignoreElements());

  return {
    persist: (message$) =>
      merge(
        removals$,
        message$.pipe(
          tap(() => {
            setBusy(true);
          }),
          writeBatches(batchWriter({ ...options, kept, health, restored$, tooLate$ }), {
            onIdle: () => {
              setBusy(false);
            },
          }),
        ),
      ),
    restored$: restored$.asObservable(),
    error$: health.error$,
    atRest$: orTooLong(busy$.pipe(filter((busy) => !busy))),
    isKept: (message) => kept.has(message),
    closed$: orTooLong(defer(() => kept.close()).pipe(endWith('closed'))),
  };
};

/** The parts that a {@link batchWriter} works with. */
interface BatchWriterOptions extends WriteAheadOptions {
  readonly kept: KeptMessages;
  readonly health: StoreHealth;
  readonly restored$: Subject<readonly OutgoingMessage[]>;
  readonly tooLate$: Subject<OutgoingMessage>;
}

/** Opens the store where it is not open, and writes one batch after the other to it; emits what is to be sent. */
const batchWriter = ({
  kept,
  health,
  queue,
  onStoreFailure,
  restored$,
  tooLate$,
}: BatchWriterOptions): ((take: () => readonly OutgoingMessage[]) => Observable<OutgoingMessage>) => {
  /** The messages in the store, the first time; none once it is open. */
  const opened$ = defer(() =>
    kept.isOpen
      ? of([])
      : kept.open(queue.restore).pipe(
          tap((all) => {
            restored$.next(all);
          }),
        ),
  ).pipe(map(unsettled));
  const written = (batch: readonly OutgoingMessage[], messages: readonly OutgoingMessage[]) => {
    for (const message of messages) {
      if (message.settled) tooLate$.next(message);
      else queue.record(message, 'queued');
    }
    return unsettled(batch);
  };
  const goWithout = (batch: readonly OutgoingMessage[], error: StoreError): readonly OutgoingMessage[] => {
    for (const message of batch.filter(isToBeKept))
      queue.record(message, onStoreFailure === 'continue' ? 'queued' : 'dropped', error);
    return unsettled(batch);
  };
  const put = (batch: readonly OutgoingMessage[]): Observable<OutgoingMessage> => {
    const messages = batch.filter(isToBeKept);
    let failure: StoreError | undefined;
    return concat(
      kept.put(messages, queue.stored).pipe(
        catchError((cause: unknown) => {
          failure = health.fail(cause);
          return EMPTY;
        }),
      ),
      defer(() => (failure ? goWithout(batch, failure) : written(batch, messages))),
    );
  };
  return (take) =>
    opened$.pipe(
      mergeMap((restored) =>
        concat(
          restored,
          defer(() => put(take())),
        ),
      ),
      catchError((cause: unknown) => goWithout(take(), health.fail(cause))),
    );
};
