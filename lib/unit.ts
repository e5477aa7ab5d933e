import {
  asapScheduler,
  BehaviorSubject,
  filter,
  firstValueFrom,
  from,
  isObservable,
  merge,
  mergeMap,
  of,
  ReplaySubject,
  Subject,
  Subscription,
  timer,
} from 'rxjs';
import { identify } from './certificates/identify.js';
import { connection, type ConnectionEvent, type ConnectionState } from './connection.js';
import { deliver, type Report } from './delivery.js';
import { AppError, QueueFullError, StoppedError } from './errors.js';
import { inbox } from './inbox.js';
import { connectionListeners } from './listeners.js';
import { monotonicScheduler } from './monotonic-scheduler.js';
import type { Reply } from './operators/ack-timeout.js';
import { aos, fleet } from './operators/backoff.js';
import { handleInOrder } from './operators/handle-in-order.js';
import { checkOptions, type UnitOptions } from './options.js';
import { outbox, type SendOptions } from './outbox.js';
import type { DeliveryReport, OutgoingMessage } from './outgoing-message.js';
import type { Decoded } from './protocol/codec.js';
import type { CloudMessage, UnitData } from './protocol/envelope.js';
import type { CloudMessageType } from './protocol/message-types.js';
import { nodeTransport } from './transport/node-transport.js';
import type { Socket } from './transport/types.js';
import type { Rejected, Stopped, StopOptions, Unit, Work } from './unit-types.js';

interface Job {
  readonly type: string;
  readonly work: () => Work;
}

/**
 * Keeps a unit connected to its cloud: discovers it, connects, connects again after every failure, and delivers every
 * message at least once.
 *
 * @throws OptionError at once for an option that cannot be; everything later is told in `state$` and tried again
 */
export const connectUnit = (options: UnitOptions): Unit => {
  const {
    systemId,
    credentials,
    backoff = 'aos',
    ackTimeout = 10_000,
    maxRetries = 3,
    connectTimeout = 30_000,
    sendTimeout = 30_000,
    stableAfter = 5000,
    silenceFactor = 2.5,
    pongTimeout = 5000,
    window = 256,
    maxQueued = 10_000,
    maxQueuedBytes = 64 * 1024 * 1024,
    maxPayload = 4 * 1024 * 1024,
    concurrency = 4,
    allowInsecure = false,
    autoStart = true,
    transport = nodeTransport({ sendTimeout, maxPayload }),
    scheduler = monotonicScheduler,
    now = Date.now,
    newId = () => crypto.randomUUID(),
    random = Math.random,
  } = checkOptions(options);

  const state$ = new ReplaySubject<ConnectionState>(1);
  const socket$ = new BehaviorSubject<Socket | undefined>(undefined);
  const message$ = new Subject<CloudMessage>();
  const rejected$ = new Subject<Rejected>();
  const failure$ = new Subject<AppError>();
  const reply$ = new Subject<Reply>();
  const doubt$ = new Subject<undefined>();
  const job$ = new Subject<Job>();
  const outgoing$ = new Subject<OutgoingMessage>();
  const emptied$ = new Subject<undefined>();
  const fail = (where: string, error: unknown) => {
    failure$.next(new AppError(where, error));
  };
  /** None of the streams may fail; one that does is a fault of this library and must be seen. */
  const broken = (error: unknown) => {
    fail('unitlink itself', error);
  };
  const listeners = connectionListeners(fail);
  const queue = outbox({ systemId, newId, now, maxQueued, maxQueuedBytes });
  const connection$ = connection({
    systemId,
    credentials$: isObservable(credentials) ? credentials : of(credentials),
    urls: (value) => (transport.identify ?? identify)(value, { ...options, now: now() }),
    transport,
    backoff: backoff === 'aos' ? aos() : backoff === 'fleet' ? fleet() : backoff,
    allowInsecure,
    connectTimeout,
    stableAfter,
    silenceFactor,
    pongTimeout,
    doubt$,
    scheduler,
    now,
    random,
  });
  let running = new Subscription();
  let started = false;
  let connected = false;
  let lostCause: unknown;
  let stopping: Promise<Stopped> | undefined;

  /** Every transition passes here: the delivery stops, all are told, and only then the delivery goes on. */
  const enter = ({ socket, ...state }: ConnectionEvent) => {
    const wasConnected = connected;
    connected = socket !== undefined;
    if (wasConnected) {
      lostCause = state.state === 'waiting' ? state.cause : undefined;
      socket$.next(undefined);
    }
    state$.next(state);
    if (wasConnected) listeners.tell('onDisconnect');
    if (connected) listeners.tell('onConnect');
    // A listener may have stopped the unit.
    if (connected) socket$.next(socket);
  };
  const note = ({ message, status, cause }: Report<OutgoingMessage>) => {
    if (!message.note(status, cause)) return;
    queue.release(message);
    if (queue.size() === 0) emptied$.next(undefined);
  };
  const receive = (decoded: Decoded) => {
    if (decoded.kind === 'message') message$.next(decoded.message);
    else if (decoded.kind === 'rejected') rejected$.next({ reason: decoded.reason });
    else reply$.next(decoded);
  };
  const run = () => {
    const delivery = deliver<OutgoingMessage>({
      socket$,
      reply$,
      window,
      ackTimeout,
      maxRetries,
      scheduler,
      lostCause: () => lostCause,
      onSilence: () => {
        doubt$.next(undefined);
      },
    });
    const work = handleInOrder<Job>({
      key: ({ type }) => type,
      work: (job) => {
        const result = job.work();
        return isObservable(result) ? result : from(Promise.resolve(result));
      },
      onFailure: ({ type }, error) => {
        fail(`the handler of ${type}`, error);
      },
      concurrency,
    });
    running = new Subscription();
    running.add(outgoing$.pipe(delivery).subscribe({ next: note, error: broken }));
    running.add(inbox(socket$, { systemId, now }).subscribe({ next: receive, error: broken }));
    running.add(job$.pipe(work).subscribe({ error: broken }));
  };
  const start = () => {
    if (started || stopping) return;
    if (running.closed) run();
    started = true;
    running.add(connection$.subscribe({ next: enter, error: broken }));
  };
  const end = async ({ drain = false, timeout = 5000 }: StopOptions): Promise<Stopped> => {
    if (drain && started && queue.size() > 0) {
      await firstValueFrom(merge(emptied$, timer(timeout, scheduler)), { defaultValue: undefined });
    }
    running.unsubscribe();
    const undelivered = queue.dropAll(new StoppedError());
    if (started) enter({ state: 'stopped' });
    started = false;
    await firstValueFrom(transport.idle$, { defaultValue: undefined });
    stopping = undefined;
    return { undelivered };
  };
  const stop = (stopOptions: StopOptions = {}) => (stopping ??= end(stopOptions));
  const send = (data: UnitData, sendOptions?: SendOptions) => {
    if (stopping || running.closed) throw new StoppedError();
    const message = queue.accept(data, sendOptions);
    outgoing$.next(message);
    return message;
  };
  const on = <Type extends CloudMessageType>(type: Type) =>
    message$.pipe(filter((message): message is CloudMessage<Type> => message.data.messageType === type));

  run();
  if (autoStart) asapScheduler.schedule(start);
  return {
    state$: state$.asObservable(),
    message$: message$.asObservable(),
    rejected$: rejected$.asObservable(),
    failure$: failure$.asObservable(),
    isConnected: () => connected,
    addListener: listeners.add,
    removeListener: listeners.remove,
    on,
    handle: (type, handler) =>
      on(type).subscribe({
        next: (message) => {
          job$.next({ type, work: () => handler(message) });
        },
        error: broken,
      }),
    send,
    deliver: (sendOptions) => mergeMap((data) => reports(data, () => send(data, sendOptions))),
    start,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
};

const reports = ({ messageType }: UnitData, send: () => OutgoingMessage) => {
  try {
    return send().status$;
  } catch (cause) {
    if (!(cause instanceof QueueFullError)) throw cause;
    return of<DeliveryReport>({ txn: '', messageType, status: 'dropped', attempt: 0, cause });
  }
};
