import { noDiagnostics } from '../../../lib/observability/diagnostics.js';
import { BehaviorSubject, ignoreElements, timer } from 'rxjs';
import type { ConnectionListener } from '../../../lib/connection/listeners.js';
import type { Delivery } from '../../../lib/delivery/outgoing-message.js';
import type { UnitData } from '../../../lib/protocol/envelope.js';
import type { Credentials } from '../../../lib/transport/types.js';
import type { Unit } from '../../../lib/unit/unit.js';
import { connectUnit } from '../../../lib/unit/connect-unit.js';
import type { SimulatedCloud } from './cloud.js';
import { addHandlers } from './handlers.js';
import { Measurements } from './measurements.js';
import { Random } from './random.js';
import type { SimulatedLink } from './link.js';
import type { Plan, PlannedMessage } from './plan.js';
import type { SimulatedStore } from './store.js';
import { simulatedTransport } from './transport.js';
import { TimeLine } from '../../../lib/testing/virtual/clock.js';
import type { SimulatedWorld } from './world.js';

/** Dependencies of {@link SimulatedProcess}. */
export interface ProcessOptions {
  readonly number: number;
  readonly world: SimulatedWorld;
  readonly cloud: SimulatedCloud;
  readonly store: SimulatedStore;
  readonly newLink: () => number;
  /** The wall clock, in milliseconds since 1970. */
  readonly wall: () => number;
  /** Called when the app stops the unit. */
  readonly onStop: (process: SimulatedProcess) => void;
}

const credentials = (number: number): Credentials => ({ ca: 'ca', cert: `cert ${number}`, key: `key ${number}` });
const nameOf = (cause: unknown): string => (cause instanceof Error ? cause.name : String(cause));

/** One that is too big is the largest of all. */
const dataOf = ({ poison }: PlannedMessage): UnitData => ({
  messageType: 'alerts',
  items:
    poison?.code === 1009
      ? [
          {
            tag: 'coreAlert',
            timestamp: '2026-01-01T00:00:00Z',
            node: { codename: 'main' },
            coreComponent: 'SM',
            message: 'x'.repeat(1000),
          },
        ]
      : [],
});

/** A process of the app: the production unit, and an app that notes all that it is told. */
export class SimulatedProcess {
  readonly line: TimeLine;
  readonly links: ReadonlySet<SimulatedLink>;
  readonly #world: SimulatedWorld;
  readonly #unit: Unit;
  readonly #credentials$ = new BehaviorSubject(credentials(1));
  readonly #measurements = new Measurements();
  readonly #forListeners: PlannedMessage[] = [];
  readonly #onStop: (process: SimulatedProcess) => void;
  #stops = false;
  #stopsOnConnect = false;

  constructor({ number, world, cloud, store, newLink, wall, onStop }: ProcessOptions) {
    const { plan, clock, note } = world;
    const random = Random.of(plan.seed, 3, number);
    let txn = 0;
    this.#world = world;
    this.#onStop = onStop;
    this.line = clock.line = new TimeLine(clock, clock.now); // what the unit begins here is of this process
    const { transport, links } = simulatedTransport(world, this.line, cloud, newLink);
    this.links = links;
    note({ kind: 'process', what: 'started' });
    this.#unit = connectUnit({
      systemId: 'unit-1',
      credentials: this.#credentials$,
      transport,
      diagnostics: noDiagnostics,
      metrics: this.#measurements,
      scheduler: this.line,
      now: wall,
      newId: () => `txn-${number}-${++txn}`,
      random: () => random.next(),
      ackTimeout: plan.ackTimeout,
      maxRetries: plan.maxRetries,
      connectTimeout: plan.connectTimeout,
      maxInFlight: plan.maxInFlight,
      maxUnhandled: plan.maxUnhandled,
      concurrency: plan.concurrency,
      handlerTimeout: plan.handlerTimeout,
      backoff: plan.backoff,
      onStoreFailure: plan.onStoreFailure,
      ...(plan.store !== 'none' && { store: store.on(this.line) }),
    });
    this.#watch(plan);
    addHandlers(this.#unit, world, this.line, number);
  }

  /** True while the app may send. */
  get isUp(): boolean {
    return !this.line.closed && !this.#stops;
  }

  send(message: PlannedMessage): void {
    if (message.onConnect) this.#forListeners.push(message);
    else
      this.#run(() => {
        this.#send(message);
      });
  }

  renewCredentials(): void {
    if (this.isUp)
      this.#run(() => {
        this.#credentials$.next(credentials(this.#world.clock.now));
      });
  }

  /** The app stops the unit, at once or when it is told of the next connection. */
  stop(onConnect = false): void {
    if (onConnect) this.#stopsOnConnect = true;
    else
      this.#run(() => {
        this.#stop();
      });
  }

  /** The app does not stop the unit at the next connection any more. */
  goOn(): void {
    this.#stopsOnConnect = false;
  }

  /** Notes what the unit has measured so far. */
  measure(): void {
    this.#world.note({ kind: 'measured', values: this.#measurements.values });
  }

  /** Ends without a word. */
  crash(hasKernel: boolean): void {
    if (this.line.closed) return;
    this.line.closed = true;
    this.#world.note({ kind: 'process', what: 'crashed' });
    for (const link of this.links) link.orphan(hasKernel);
  }

  /** Has come to its end after a stop. */
  leave(): void {
    this.line.closed = true;
    this.measure();
    this.#world.note({ kind: 'process', what: 'gone', left: this.#world.clock.pending(this.line) });
  }

  #watch({ handling }: Plan): void {
    const { note } = this.#world;
    const unit = this.#unit;
    const error = (fault: unknown) => {
      note({ kind: 'failure', where: `a stream: ${nameOf(fault)}` });
    };
    unit.state$.subscribe({
      next: (state) => {
        const { state: name } = state;
        note({
          kind: 'state',
          state: name,
          isConnected: unit.isConnected(),
          ...('url' in state && { url: state.url }),
          ...(name === 'waiting' && { attempt: state.attempt, delay: state.delay, cause: nameOf(state.cause) }),
          ...(state.storeError && { storeError: true }),
        });
      },
      error,
    });
    unit.failure$.subscribe({
      next: ({ message }) => {
        note({ kind: 'failure', where: message });
      },
      error,
    });
    unit.message$.subscribe({
      next: ({ header }) => {
        note({ kind: 'received', txn: header.txn });
      },
      error,
    });
    unit.restored$.subscribe({
      next: (deliveries) => {
        note({ kind: 'restored', txns: deliveries.map(({ txn }) => txn) });
        for (const delivery of deliveries) this.#follow(delivery);
      },
      error,
    });
    if (handling > 0) unit.handle('desiredStatus', () => timer(handling, this.line).pipe(ignoreElements()));
    this.#listen();
  }

  #listen(): void {
    const { note } = this.#world;
    const unit = this.#unit;
    const listening = (listener: number, listens: boolean) => {
      note({ kind: 'listening', listener, listens });
    };
    const teller = (listener: number, then: (isConnect: boolean) => void): ConnectionListener => {
      const tell = (of: 'onConnect' | 'onDisconnect') => {
        note({ kind: 'told', listener, of, isConnected: unit.isConnected() });
        then(of === 'onConnect');
      };
      return {
        onConnect: () => {
          tell('onConnect');
        },
        onDisconnect: () => {
          tell('onDisconnect');
        },
      };
    };
    const add = (number: number, listener: ConnectionListener) => {
      unit.addListener(listener);
      listening(number, true);
    };
    let isThird = false;
    const third = teller(3, () => undefined);
    add(
      1,
      teller(1, (isConnect) => {
        if (isConnect) for (const message of this.#forListeners.splice(0)) this.#send(message);
        // The third comes and goes.
        if (isThird) {
          unit.removeListener(third);
          listening(3, false);
        } else add(3, third);
        isThird = !isThird;
      }),
    );
    add(
      2,
      teller(2, (isConnect) => {
        if (isConnect && this.#stopsOnConnect) this.#stop();
        throw new Error('a listener that throws');
      }),
    );
    add(
      4,
      teller(4, () => undefined),
    );
  }

  /** Runs what the world makes the app do in a turn of its process. */
  #run(work: () => void): void {
    const { clock } = this.#world;
    clock.push(clock.now, this.line, work);
  }

  #send(message: PlannedMessage): void {
    const { sendOnly, lane, ttl, coalesceKey, keep, withdrawAfter } = message;
    const { note, clock } = this.#world;
    if (!this.isUp) return;
    let delivery: Delivery;
    try {
      delivery = this.#unit.send(dataOf(message), {
        ...(sendOnly && { policy: 'sendOnly' }),
        ...(lane && { lane }),
        ...(ttl !== undefined && { ttl }),
        ...(coalesceKey !== undefined && { coalesceKey }),
        ...(keep !== undefined && { keep }),
      });
    } catch (error) {
      note({ kind: 'refused', message, cause: nameOf(error) });
      return;
    }
    const { txn } = delivery;
    if (message.poison) this.#world.poison.set(txn, message.poison);
    if (message.hang) this.#world.hangs.set(txn, message.hang);
    note({ kind: 'accepted', txn, message });
    this.#follow(delivery);
    if (withdrawAfter !== undefined)
      clock.push(clock.now + withdrawAfter, this.line, () => {
        if (this.isUp) note({ kind: 'withdrawn', txn, done: delivery.withdraw() });
      });
  }

  #follow(delivery: Delivery): void {
    const { note } = this.#world;
    delivery.status$.subscribe({
      next: ({ txn, status, attempt, cause }) => {
        note({ kind: 'report', txn, status, attempt, ...(cause !== undefined && { cause: nameOf(cause) }) });
      },
      error: (error: unknown) => {
        note({ kind: 'failure', where: `the status of ${delivery.txn}: ${nameOf(error)}` });
      },
    });
  }

  #stop(): void {
    if (this.#stops) return;
    this.#stops = true;
    this.#world.note({ kind: 'process', what: 'stopping' });
    this.#onStop(this);
    void this.#unit.stop();
  }
}
