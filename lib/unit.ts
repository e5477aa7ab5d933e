import {
  asapScheduler,
  AsyncSubject,
  combineLatest,
  concat,
  defer,
  EMPTY,
  filter,
  firstValueFrom,
  identity,
  ignoreElements,
  map,
  merge,
  mergeAll,
  mergeMap,
  observeOn,
  of,
  Subject,
  Subscription,
  switchMap,
  take,
  timer,
  type Observable,
} from 'rxjs';
import { identify } from './certificates/identify.js';
import { checkOptions } from './check-options.js';
import { connection, type ConnectionState } from './connection.js';
import { deliver, type Report } from './delivery.js';
import { AppError, QueueFullError, StoppedError, type StoreError } from './errors.js';
import { messageHandlers } from './handlers.js';
import { inbox } from './inbox.js';
import { connectionListeners } from './listeners.js';
import type { Reply } from './operators/ack-timeout.js';
import { expire } from './operators/expire.js';
import { withDefaults, type UnitOptions } from './options.js';
import { outbox } from './outbox.js';
import { persistence } from './persistence.js';
import type { DeliveryReport, OutgoingMessage } from './outgoing-message.js';
import type { Decoded } from './protocol/codec.js';
import type { CloudMessage, UnitData } from './protocol/envelope.js';
import { requests } from './request.js';
import type { SendOptions } from './send-options.js';
import { transitions } from './transitions.js';
import type { Rejected, Stopped, StopOptions, Unit, UnitState } from './unit-types.js';

/**
 * Keeps a unit connected to its cloud: discovers it, connects, connects again after every failure, and delivers every
 * message at least once.
 *
 * @throws OptionError at once for an option that cannot be; everything later is told in `state$` and tried again
 */
export const connectUnit = (options: UnitOptions): Unit => {
  const settings = withDefaults(checkOptions(options));
  const { systemId, transport, scheduler, now } = settings;
  const message$ = new Subject<CloudMessage>();
  const rejected$ = new Subject<Rejected>();
  const failure$ = new Subject<AppError>();
  const reply$ = new Subject<Reply>();
  const doubt$ = new Subject<undefined>();
  const accepted$ = new Subject<OutgoingMessage>();
  const onFailure = (where: string, error: unknown) => {
    failure$.next(new AppError(where, error));
  };
  /** None of the streams may fail; one that does is a fault of this library and must be seen. */
  const error = (fault: unknown) => {
    onFailure('unitlink itself', fault);
  };
  const listeners = connectionListeners(onFailure);
  const { state$, socket$, isConnected, lostCause, enter } = transitions(listeners);
  const { on, handle, work$, paused$ } = messageHandlers({ ...settings, message$, onFailure });
  const queue = outbox({ ...settings, clock: () => scheduler.now() });
  const kept = settings.store && persistence({ ...settings, store: settings.store, queue });
  const connection$ = connection({
    ...settings,
    urls: (credentials) => (transport.identify ?? identify)(credentials, { ...options, now: now() }),
    doubt$,
    paused$,
  });
  const report$ = accepted$.pipe(
    kept?.keep ?? identity,
    deliver<OutgoingMessage>({
      ...settings,
      socket$,
      reply$,
      lostCause,
      paused$,
      forget$: queue.released$.pipe(filter(({ status }) => status === 'dropped')),
      onSilence: () => {
        doubt$.next(undefined);
      },
    }),
  );
  const expired$ = merge(accepted$, kept?.restored$.pipe(mergeAll()) ?? EMPTY).pipe(
    filter(({ expiresAt }) => expiresAt < Infinity),
    expire(scheduler),
  );
  let running = new Subscription();
  let due = settings.autoStart; // at the end of the turn that makes the unit
  let started = false;
  let stopping: Promise<Stopped> | undefined;

  const note = ({ message, status, cause }: Report<OutgoingMessage>) => {
    queue.note(message, status, cause);
  };
  const receive = (decoded: Decoded) => {
    if (decoded.kind === 'message') message$.next(decoded.message);
    else if (decoded.kind === 'rejected') rejected$.next({ reason: decoded.reason });
    else reply$.next(decoded);
  };
  const run = () => {
    running = new Subscription();
    running.add(report$.subscribe({ next: note, error }));
    running.add(expired$.subscribe({ next: queue.expire, error }));
    running.add(inbox(socket$, { systemId, now }).subscribe({ next: receive, error }));
    running.add(work$.subscribe({ error }));
  };
  const begin = () => {
    due = false;
    if (started) return;
    if (running.closed) run();
    started = true;
    running.add(connection$.subscribe({ next: enter, error }));
  };
  const start = () => {
    if (!stopping) begin();
  };
  const waitForDrain = ({ drain = false, timeout = 5000 }: StopOptions) => {
    if (drain && due) begin();
    if (!drain || !started || queue.size() === 0) return of('nothing to wait for');
    const emptied$ = queue.released$.pipe(filter(() => queue.size() === 0));
    // At the end of the turn: what was just written has to get onto its way.
    return merge(emptied$, timer(timeout, scheduler)).pipe(take(1), observeOn(asapScheduler));
  };
  const end = (): Stopped => {
    due = false;
    running.unsubscribe();
    const undelivered = queue.letGo(new StoppedError(), kept?.isKept ?? (() => false));
    if (started) enter({ state: 'stopped' });
    started = false;
    return { undelivered };
  };
  const stop = (stopOptions: StopOptions = {}) => {
    if (stopping) return stopping;
    // Those who are told of the end may call stop again, so there must be something to give them.
    const stopped$ = new AsyncSubject<Stopped>();
    stopping = firstValueFrom(stopped$, { defaultValue: { undelivered: [] } });
    const whenGone = (stopped: Stopped) =>
      concat(merge(transport.idle$.pipe(take(1)), kept?.closed$ ?? EMPTY).pipe(ignoreElements()), of(stopped));
    concat(
      kept?.atRest$ ?? EMPTY,
      defer(() => waitForDrain(stopOptions)),
    )
      .pipe(map(end), switchMap(whenGone))
      .subscribe(stopped$);
    void stopping.finally(() => (stopping = undefined));
    return stopping;
  };
  const send = (data: UnitData, sendOptions?: SendOptions) => {
    if (stopping || running.closed) throw new StoppedError();
    const message = queue.accept(data, sendOptions);
    if (!message.settled) accepted$.next(message);
    return message;
  };
  const whenRoom = async () => {
    if (!queue.hasRoom())
      await firstValueFrom(queue.released$.pipe(filter(queue.hasRoom)), { defaultValue: undefined });
  };

  run();
  asapScheduler.schedule(() => {
    if (due) start();
  });
  return {
    state$: kept ? withStoreError(state$, kept.error$) : state$,
    restored$: kept?.restored$ ?? of([]),
    message$: message$.asObservable(),
    rejected$: rejected$.asObservable(),
    failure$: failure$.asObservable(),
    isConnected,
    addListener: listeners.add,
    removeListener: listeners.remove,
    on,
    handle,
    send,
    deliver: (sendOptions) => mergeMap((data) => reports(data, () => send(data, sendOptions))),
    request: requests({ ...settings, send, on }),
    whenRoom,
    start,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
};

const withStoreError = (state$: Observable<ConnectionState>, error$: Observable<StoreError | undefined>) =>
  combineLatest([state$, error$], (state, storeError): UnitState => (storeError ? { ...state, storeError } : state));

const reports = ({ messageType }: UnitData, send: () => OutgoingMessage) => {
  try {
    return send().status$;
  } catch (cause) {
    if (!(cause instanceof QueueFullError)) throw cause;
    return of<DeliveryReport>({ txn: '', messageType, status: 'dropped', attempt: 0, cause });
  }
};
