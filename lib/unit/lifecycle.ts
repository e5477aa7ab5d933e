import {
  asapScheduler,
  AsyncSubject,
  concat,
  defer,
  firstValueFrom,
  ignoreElements,
  map,
  merge,
  noop,
  of,
  Subscription,
  switchMap,
  take,
  type Observable,
} from 'rxjs';
import type { ConnectionEvent } from '../connection/connection-state.js';
import type { Sender } from '../delivery/sender.js';
import { logClosed } from '../observability/log-closed.js';
import type { Transport } from '../transport/types.js';
import type { Failures } from './failures.js';
import type { UnitReceiving } from './receiving.js';
import type { UnitSending } from './sending.js';
import type { Settings } from './settings.js';
import type { UnitStates } from './states.js';
import type { Stopped, StopOptions, Unit } from './unit.js';

/** The parts of a unit that {@link unitLifecycle} starts and stops. */
export interface LifecycleParts {
  /** The connection, which is up while it is subscribed. */
  readonly connection$: Observable<ConnectionEvent>;
  /** The other work of the unit, connected or not. */
  readonly work$: Observable<never>;
  readonly states: Pick<UnitStates, 'transition'>;
  readonly receiving: Pick<UnitReceiving, 'open' | 'close'>;
  readonly sending: UnitSending;
  readonly failures: Pick<Failures, 'reportFault'>;
  readonly transport: Pick<Transport, 'idle$'>;
}

/** Options of {@link unitLifecycle}. */
export type LifecycleSettings = Pick<Settings, 'autoStart' | 'messageLog' | 'scheduler'>;

/** Starts and stops a unit; it starts by itself at the end of the tick, unless `autoStart` is false. */
export const unitLifecycle = (
  settings: LifecycleSettings,
  parts: LifecycleParts,
): Pick<Unit, 'start' | 'stop' | typeof Symbol.asyncDispose> => {
  const { states, receiving, sending } = parts;
  const error = parts.failures.reportFault;
  let running = Subscription.EMPTY;
  let isDue = settings.autoStart; // at the end of the tick that makes the unit
  let isStarted = false;
  let stopping: Promise<Stopped> | undefined;

  const run = () => {
    running = new Subscription();
    sending.open();
    receiving.open();
    running.add(parts.work$.subscribe({ error }));
  };
  const begin = () => {
    isDue = false;
    if (isStarted) return;
    if (running.closed) run();
    isStarted = true;
    connectWhile(running, parts, error);
  };
  const end = (delivery: Sender): Stopped => {
    isDue = false;
    receiving.close();
    running.unsubscribe();
    const undelivered = delivery.end();
    if (isStarted) states.transition({ state: 'stopped' });
    isStarted = false;
    return { undelivered };
  };
  const drained = (delivery: Sender, { drain = false, ...options }: StopOptions): Observable<unknown> => {
    if (drain && isDue) begin();
    return drain && isStarted ? delivery.drained(options) : of('nothing to wait for');
  };
  const start = () => {
    if (!stopping) begin();
  };
  const stop = (options: StopOptions = {}) => {
    if (stopping) return stopping;
    sending.close();
    const delivery = sending.delivery();
    // A listener that is called at the end may call stop again, so there must be something to return to it.
    const stopped$ = new AsyncSubject<Stopped>();
    stopping = firstValueFrom(stopped$, { defaultValue: { undelivered: [] } });
    concat(
      delivery.atRest$,
      defer(() => drained(delivery, options)),
    )
      .pipe(
        map(() => end(delivery)),
        switchMap((stopped) => concat(released(settings, parts, delivery), of(stopped))),
      )
      .subscribe(stopped$);
    void stopping.finally(() => (stopping = undefined));
    return stopping;
  };

  run();
  asapScheduler.schedule(() => {
    if (isDue) start();
  });
  return {
    start,
    stop,
    [Symbol.asyncDispose]: () => stop().then(noop),
  };
};

/** Connects for as long as the unit is running. A listener may stop it at the first state, while the connection is subscribed. */
const connectWhile = (
  running: Subscription,
  { connection$, states }: LifecycleParts,
  error: (fault: unknown) => void,
): void => {
  const next = (event: ConnectionEvent) => {
    if (!running.closed) states.transition(event);
  };
  running.add(connection$.subscribe({ next, error }));
};

/** Completes once the sockets, the store and the message log are closed. */
const released = (
  { messageLog, scheduler }: LifecycleSettings,
  { transport }: LifecycleParts,
  delivery: Sender,
): Observable<never> =>
  merge(transport.idle$.pipe(take(1)), delivery.closed$, logClosed(messageLog, scheduler)).pipe(ignoreElements());
