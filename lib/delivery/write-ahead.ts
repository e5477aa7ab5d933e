import {
  asapScheduler,
  auditTime,
  BehaviorSubject,
  catchError,
  concat,
  defer,
  EMPTY,
  endWith,
  exhaustMap,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  repeat,
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
import { Fifo } from '../collections/fifo.js';
import { SlidingMap } from '../collections/sliding-map.js';
import type { OutgoingMessage } from './outgoing-message.js';
import type { PendingMessages } from './pending-messages.js';
import { storeFailure } from '../store/store-failure.js';
import type { AnyStore } from '../store/types.js';

/** What becomes of a message that the store fails to keep: it is dropped, or the unit goes on with it in memory. */
export type OnStoreFailure = 'refuse' | 'continue';

/** Whose messages are kept, and where. */
export interface WriteAheadOptions {
  readonly store: AnyStore;
  readonly onStoreFailure: OnStoreFailure;
  readonly scheduler: SchedulerLike;
  readonly queue: Pick<PendingMessages, 'record' | 'restore' | 'stored' | 'settled$'>;
}

/** Messages on their way over the disk. */
export interface WriteAhead {
  /** Passes messages on in their order, each once it is on disk if it is to be kept; what an earlier run left goes first. */
  readonly keep: MonoTypeOperatorFunction<OutgoingMessage>;
  /** What the store had when it was opened; the latest is replayed. */
  readonly restored$: Observable<readonly OutgoingMessage[]>;
  /** Why the store fails; `undefined` while it does not. */
  readonly error$: Observable<StoreError | undefined>;
  /** Completes once the store is open and no message waits to be on disk, or after a second. */
  readonly atRest$: Observable<never>;
  readonly isKept: (message: OutgoingMessage) => boolean;
  /** Notes what is acknowledged and closes the store; what was on its way to the disk will not come back. Completes after a second at the latest; never fails. */
  readonly closed$: Observable<never>;
}

/** So many messages go to the disk at a time. */
const most = 4096;
/** How long a stop waits for the disk, in milliseconds. */
const patience = 1000;

/** Puts messages into the store before they are sent, and takes them out once their fate is final. */
export const writeAhead = ({ store, onStoreFailure, queue, scheduler }: WriteAheadOptions): WriteAhead => {
  const restored$ = new ReplaySubject<readonly OutgoingMessage[]>(1);
  const error$ = new BehaviorSubject<StoreError | undefined>(undefined);
  const busy$ = new BehaviorSubject(true);
  const tooLate$ = new Subject<OutgoingMessage>(); // given up while it was on its way to the disk
  const waiting = new Fifo<OutgoingMessage>();
  let onItsWay: readonly OutgoingMessage[] = [];
  let kept = new SlidingMap<number, true>();
  let gone: number[] = [];
  let base: number | undefined; // what makes the order of a message its order in the store, while that is open

  const fail = (cause: unknown): StoreError => {
    const error = storeFailure('of this unit', 'used', cause);
    if (error$.value?.code !== error.code) error$.next(error); // one that fails on and on is no news
    return error;
  };
  const succeed = () => {
    if (error$.value !== undefined) error$.next(undefined);
  };
  const takeSome = (): readonly OutgoingMessage[] => {
    const some: OutgoingMessage[] = [];
    for (let next = waiting.shift(); next !== undefined; next = some.length < most ? waiting.shift() : undefined)
      some.push(next);
    return some;
  };
  const isToBeKept = ({ status }: OutgoingMessage) => status === undefined;
  const wanted = (messages: readonly OutgoingMessage[]) => messages.filter(({ settled }) => !settled);
  const takeOut = (): Observable<never> => {
    const orders = gone;
    gone = [];
    return defer(() => store.remove(orders.map((order) => order + (base ?? 0)))).pipe(
      ignoreElements(),
      catchError((cause: unknown) => {
        gone.push(...orders);
        fail(cause);
        return EMPTY;
      }),
    );
  };

  /** What the store has, the first time; nothing once it is open. */
  const opened$ = defer(() =>
    base !== undefined
      ? of([])
      : from(store.open()).pipe(
          map((stored) => {
            const first = (stored.at(-1)?.order ?? -1) + 1;
            base = first;
            const restored = stored.map((message) => {
              kept.add(message.order - first, true);
              return queue.restore(message, message.order - first);
            });
            succeed();
            const damage = store.damage?.();
            if (damage) fail(damage);
            restored$.next(restored);
            return wanted(restored);
          }),
        ),
  );
  const putSome = (): Observable<OutgoingMessage> => {
    const some = takeSome();
    onItsWay = some.filter(isToBeKept);
    const put$ = defer(() =>
      onItsWay.length === 0 ? EMPTY : store.put(onItsWay.map((message) => queue.stored(message, base ?? 0))),
    );
    let failure: StoreError | undefined;
    const done = () => {
      if (onItsWay.length > 0) succeed();
      for (const message of onItsWay) {
        kept.add(message.order, true);
        if (message.settled) tooLate$.next(message);
        else queue.record(message, 'queued');
      }
      onItsWay = [];
      return wanted(some);
    };
    return concat(
      put$.pipe(
        ignoreElements(),
        catchError((cause: unknown) => {
          failure = fail(cause);
          return EMPTY;
        }),
      ),
      defer(() => (failure === undefined ? done() : goWithout(some, failure))),
    );
  };
  const goWithout = (messages: readonly OutgoingMessage[], error: StoreError): readonly OutgoingMessage[] => {
    onItsWay = [];
    for (const message of messages.filter(isToBeKept))
      queue.record(message, onStoreFailure === 'continue' ? 'queued' : 'dropped', error);
    return wanted(messages);
  };
  /** At the end of a tick everything of that tick goes to the disk, and then what came meanwhile. */
  const round$ = timer(0, asapScheduler).pipe(
    mergeMap(() => opened$),
    mergeMap((restored) => concat(restored, defer(putSome))),
    catchError((cause: unknown) => goWithout(takeSome(), fail(cause))),
    repeat({ delay: () => (waiting.length > 0 ? of(0) : EMPTY) }),
    tap({
      complete: () => {
        busy$.next(false);
      },
    }),
  );
  const removals$ = merge(queue.settled$, tooLate$).pipe(
    filter(({ order }) => kept.delete(order)),
    tap(({ order }) => gone.push(order)),
    auditTime(0, asapScheduler),
    mergeMap(() => takeOut()),
  );

  const orTooLong = (done$: Observable<unknown>): Observable<never> =>
    merge(done$, timer(patience, scheduler)).pipe(take(1), ignoreElements());

  return {
    keep: (message$) =>
      merge(
        removals$,
        merge(
          of('open it'),
          message$.pipe(
            tap((message) => {
              waiting.push(message);
            }),
          ),
        ).pipe(
          tap(() => {
            if (!busy$.value) busy$.next(true);
          }),
          exhaustMap(() => round$),
        ),
      ),
    restored$: restored$.asObservable(),
    error$: error$.asObservable(),
    atRest$: orTooLong(busy$.pipe(filter((busy) => !busy))),
    isKept: ({ order }) => kept.get(order) !== undefined,
    closed$: orTooLong(
      defer(() => {
        gone.push(...onItsWay.map(({ order }) => order));
        return concat(
          base === undefined || gone.length === 0 ? EMPTY : takeOut(),
          defer(() => {
            [base, gone, onItsWay, kept] = [undefined, [], [], new SlidingMap()];
            return from(store.close()).pipe(ignoreElements());
          }),
        ).pipe(
          catchError((cause: unknown) => {
            fail(cause);
            return EMPTY;
          }),
          endWith('closed'),
        );
      }),
    ),
  };
};
