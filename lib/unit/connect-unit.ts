import {
  asapScheduler,
  AsyncSubject,
  concat,
  defer,
  EMPTY,
  firstValueFrom,
  ignoreElements,
  map,
  merge,
  mergeMap,
  NEVER,
  of,
  Subject,
  Subscription,
  switchMap,
  take,
  type Observable,
} from 'rxjs';
import { besideTheLink } from './parallel-attempt.js';
import { arrangeCredentials } from '../certificates/arrange-credentials.js';
import { identify } from '../certificates/identify.js';
import { checkOptions } from './check-options.js';
import type { ConnectionEvent } from '../connection/connection-state.js';
import { connection } from '../connection/connection.js';
import { AppError, QueueFullError, StoppedError } from '../errors.js';
import { messageHandlers } from '../receiving/handlers.js';
import { unitIdentity, type RenewalEvent } from './identity.js';
import { ackedOnReceipt, inbox } from '../receiving/receiver.js';
import { lazy } from '../collections/lazy.js';
import { connectionListeners } from '../connection/listeners.js';
import { logClosed } from '../observability/log-closed.js';
import { loggedTransport } from '../observability/logged-transport.js';
import type { Reply } from '../operators/ack-timeout.js';
import { withDefaults, type UnitOptions } from './options.js';
import type { DeliveryReport, OutgoingMessage } from '../delivery/outgoing-message.js';
import { pauseReading } from '../receiving/backpressure.js';
import type { Decoded } from '../protocol/codec.js';
import type { CloudMessage, MessageData, UnitData } from '../protocol/envelope.js';
import { requests } from './request.js';
import type { SendOptions } from '../delivery/send-options.js';
import { sender } from '../delivery/sender.js';
import { transitions } from '../connection/state-machine.js';
import type { Credentials } from '../transport/types.js';
import { unitMetrics } from './unit-metrics.js';
import { unitNotices } from './notices.js';
import type { Rejected, Stopped, StopOptions, Unit } from './unit.js';

/**
 * Keeps a unit connected to its cloud: discovers it, connects, connects again after every failure, and delivers every
 * message at least once.
 *
 * @throws OptionError at once for an option that cannot be; everything later is told in `state$` and tried again
 */
export const connectUnit = (options: UnitOptions): Unit => {
  const plain = withDefaults(checkOptions(options));
  const { systemId, messageLog, scheduler, now, newId } = plain;
  const notices = unitNotices(systemId, plain.diagnostics);
  const { makeBeforeBreak = false } = options;
  const message$ = new Subject<CloudMessage>();
  const rejected$ = new Subject<Rejected>();
  const failure$ = new Subject<AppError>();
  const reply$ = new Subject<Reply>();
  const onFailure = (where: string, error: unknown) => {
    const failure = new AppError(where, error);
    notices.failed(failure);
    failure$.next(failure);
  };
  /** None of the streams may fail; one that does is a fault of this library and must be seen. */
  const error = (fault: unknown) => {
    onFailure('unitlink itself', fault);
  };
  const transport = messageLog
    ? loggedTransport(plain.transport, messageLog, (thrown) => {
        onFailure('the message log', thrown);
      })
    : plain.transport;
  const listeners = connectionListeners(onFailure);
  const { state$, socket$, isConnected, doubt, lostCause, enter: pass } = transitions(listeners);
  const enter = (event: ConnectionEvent) => {
    notices.entered(event);
    pass(event);
  };
  // Where nothing is measured, nothing of it is kept.
  const settings = options.metrics
    ? { ...plain, ...unitMetrics(options.metrics, { ...plain, state$, message$, onFailure }) }
    : plain;
  // What an idle unit has no use for is made when it is used.
  const handlers = lazy(() => messageHandlers({ ...settings, message$, onFailure }));
  const outgoing = lazy(() => {
    const { paused$ } = handlers();
    const onSilence = () => {
      doubt('silence');
    };
    return sender({ settings, socket$, reply$, lostCause, paused$, onSilence, onFault: error });
  });
  const renewal$ = settings.keystore || makeBeforeBreak ? new Subject<RenewalEvent>() : undefined;
  const beside = makeBeforeBreak ? besideTheLink() : undefined;
  const own =
    settings.keystore &&
    unitIdentity({
      ...settings,
      keystore: settings.keystore,
      state$: beside ? merge(state$, beside.state$) : state$,
      unit: {
        on: (type) => handlers().on(type),
        send: (data) => send(data),
        whenRoom: () => outgoing().whenRoom(),
      },
    });
  let running = new Subscription();
  let handling = Subscription.EMPTY;
  let handles = false; // since the first handler
  let due = settings.autoStart; // at the end of the tick that makes the unit
  let started = false;
  let stopping: Promise<Stopped> | undefined;

  const receive = (decoded: Decoded) => {
    if (decoded.kind === 'message') message$.next(decoded.message);
    else if (decoded.kind === 'rejected') {
      notices.refused(decoded.reason);
      rejected$.next({ reason: decoded.reason });
    } else reply$.next(decoded);
  };
  const read = inbox({
    systemId,
    now,
    receive,
    take: (message, size, done) => (handles ? handlers().take(message, size, done) : ackedOnReceipt),
  });
  const beginToHandle = () => {
    if (!handling.closed || running.closed) return;
    const { work, paused$ } = handlers();
    const handling$ = merge(work(), pauseReading({ socket$, paused$, onChange: doubt }));
    running.add((handling = handling$.subscribe({ error })));
  };
  const run = () => {
    running = new Subscription();
    if (settings.store) outgoing().begin();
    if (handles) beginToHandle();
    if (renewal$) {
      const next = (event: RenewalEvent) => {
        notices.renewed(event);
        renewal$.next(event);
      };
      running.add(merge(own?.event$ ?? EMPTY, beside?.event$ ?? EMPTY).subscribe({ next, error }));
    }
  };
  const begin = () => {
    due = false;
    if (started) return;
    if (running.closed) run();
    started = true;
    const urls = (credentials: Credentials) =>
      (transport.identify ?? identify)(credentials, { ...options, now: now() });
    const given$ = own?.credentials$ ?? (settings.credentials$ as Observable<Credentials>); // checked to be whole
    const credentials$ = given$.pipe(map((credentials) => arrangeCredentials(credentials, now())));
    const connection$ = connection(
      { ...settings, transport, credentials$ },
      { urls, read, onWait: enter, ...(beside && { onBeside: beside.tell }) },
    );
    running.add(connection$.subscribe({ next: enter, error }));
  };
  const start = () => {
    if (!stopping) begin();
  };
  const waitForDrain = ({ drain = false, ...stopOptions }: StopOptions) => {
    if (drain && due) begin();
    return drain && started ? outgoing().drained(stopOptions) : of('nothing to wait for');
  };
  const end = (): Stopped => {
    due = false;
    running.unsubscribe();
    const undelivered = outgoing().end();
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
      concat(
        merge(transport.idle$.pipe(take(1)), outgoing().closed$, logClosed(messageLog, scheduler)).pipe(
          ignoreElements(),
        ),
        of(stopped),
      );
    concat(
      outgoing().atRest$,
      defer(() => waitForDrain(stopOptions)),
    )
      .pipe(map(end), switchMap(whenGone))
      .subscribe(stopped$);
    void stopping.finally(() => (stopping = undefined));
    return stopping;
  };
  const send = (data: UnitData | MessageData, sendOptions?: SendOptions) => {
    if (stopping || running.closed) throw new StoppedError();
    return outgoing().send(data, sendOptions);
  };
  const dispose = async () => {
    await stop();
  };
  const on: Unit['on'] = (type) => handlers().on(type);

  run();
  asapScheduler.schedule(() => {
    if (due) start();
  });
  return {
    state$: notices.watchState(settings.store ? outgoing().withStoreError(state$) : state$),
    get restored$() {
      return outgoing().restored$;
    },
    message$: message$.asObservable(),
    rejected$: rejected$.asObservable(),
    failure$: notices.watchFailure(failure$),
    renewal$: renewal$?.asObservable() ?? NEVER,
    isConnected,
    addListener: listeners.add,
    removeListener: listeners.remove,
    on,
    handle: (type, handler, handleOptions) => {
      const handled = handlers().handle(type, handler, handleOptions);
      handles = true;
      beginToHandle();
      return handled;
    },
    send,
    deliver: (sendOptions?: SendOptions) =>
      mergeMap((data: UnitData | MessageData) => reports(data, () => send(data, sendOptions))),
    request: (data, requestOptions) => requests({ send, on, newId, scheduler })(data, requestOptions),
    whenRoom: () => outgoing().whenRoom(),
    start,
    stop,
    [Symbol.asyncDispose]: dispose, // a name that is computed would be made and kept for each unit
  };
};

const reports = ({ messageType }: UnitData | MessageData, send: () => OutgoingMessage) => {
  try {
    return send().status$;
  } catch (cause) {
    if (!(cause instanceof QueueFullError)) throw cause;
    return of<DeliveryReport>({ txn: '', messageType, status: 'dropped', attempt: 0, cause });
  }
};
