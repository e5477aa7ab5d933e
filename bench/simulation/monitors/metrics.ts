import type { SimulationEvent } from '../model/events.js';
import type { SimulationJournal } from '../model/journal.js';
import type { Monitor } from './monitor.js';

/** The reason of a drop, by the error that a report gives. */
const reasons: Readonly<Record<string, string>> = {
  AckTimeoutError: 'no_ack',
  ExpiredError: 'expired',
  ReplacedError: 'replaced',
  QueueFullError: 'full',
  WithdrawnError: 'withdrawn',
  StoppedError: 'stopped',
  StoreError: 'store',
};

/** The kind of the state of a connection, which is counted by it. */
type Phase = 'connecting' | 'live' | 'reconnecting';

type Of<Kind extends SimulationEvent['kind']> = Extract<SimulationEvent, { kind: Kind }>;

/** Metrics: what the unit measures of its messages and connections is what happened to them. */
export const metrics = (): Monitor => new Metrics();

class Metrics implements Monitor {
  readonly promise = 'metrics';
  #counts = new Map<string, number>();
  /** The time of the last report of those in flight. */
  #sentAt = new Map<string, number>();
  #phase: Phase | undefined;
  #since = 0;
  #lostAt: number | undefined;

  readonly see = (event: SimulationEvent, journal: SimulationJournal): string | undefined => {
    switch (event.kind) {
      case 'process':
        if (event.what === 'started') this.#begin();
        return undefined;
      case 'report':
        this.#report(event, journal);
        return undefined;
      case 'received':
        this.#add('consumed.messages');
        return undefined;
      case 'state':
        if (!journal.isAgain(event)) this.#enter(event);
        return undefined;
      case 'measured':
        return this.#compare(event, journal);
      default:
        return undefined;
    }
  };

  #begin(): void {
    this.#counts = new Map();
    this.#sentAt = new Map();
    this.#phase = this.#lostAt = undefined;
  }

  #add(name: string, value = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + value);
  }

  #report({ txn, status, attempt, cause, at }: Of<'report'>, { sheets }: SimulationJournal): void {
    const sentAt = this.#sentAt.get(txn);
    this.#sentAt.delete(txn);
    if (status === 'sent') {
      this.#add(attempt > 1 ? 'retried.messages' : 'sent.messages');
      if (sheets.get(txn)?.message?.sendOnly !== true) this.#sentAt.set(txn, at);
    } else if (status === 'acknowledged') {
      this.#add('acked.messages');
      if (sentAt !== undefined) this.#record('ack.duration', at - sentAt);
    } else if (status === 'dropped') this.#add(`dropped.messages ${reasons[cause ?? ''] ?? 'other'}`);
  }

  #record(name: string, milliseconds: number): void {
    this.#add(name, milliseconds / 1000);
    this.#add(`${name}#`);
  }

  #enter({ state, at }: Of<'state'>): void {
    const before = this.#phase;
    const passed = at - this.#since;
    if (state === 'stopped') this.#phase = undefined;
    else if (state === 'connected') this.#phase = 'live';
    else this.#phase = before === undefined || before === 'connecting' ? 'connecting' : 'reconnecting';
    if (before === 'live') {
      this.#add('connection.closures');
      this.#record('connection.duration', passed);
      this.#lostAt = at;
    } else {
      if (before !== undefined) this.#add('disconnected.time', passed / 1000);
      if (state === 'waiting') this.#add('connect.attempts failure');
    }
    if (state === 'connected') {
      this.#add('connect.attempts success');
      if (this.#lostAt !== undefined) {
        this.#add('reconnects');
        this.#record('recovery.duration', at - this.#lostAt);
      }
      this.#lostAt = undefined;
    }
    this.#since = at;
  }

  #compare({ values }: Of<'measured'>, { sheets, state }: SimulationJournal): string | undefined {
    const expected = new Map(this.#counts);
    const isUp = state !== undefined && state.state !== 'stopped';
    expected.set('inflight', isUp ? this.#sentAt.size : 0);
    if (isUp) {
      expected.set('queue.size', [...sheets.values()].filter(({ isFinal }) => !isFinal).length);
      expected.set('queue.capacity', capacity);
    }
    for (const phase of ['connecting', 'live', 'reconnecting'])
      expected.set(`connection.count ${phase}`, phase === this.#phase ? 1 : 0);
    for (const [name, value] of expected) {
      const measured = sumOf(values, name);
      if (Math.abs(measured - value) > 1e-6) return `${name} is ${measured}, and not ${value}`;
    }
    const unheard = Object.keys(values).find((name) => (values[name] ?? 0) !== 0 && !isKnown(name, expected));
    return unheard && `${unheard} is ${values[unheard] ?? 0}, and nothing of it happened`;
  }
}

/** The number of messages that a unit holds by default. */
const capacity = 10_000;

/** The sum of the series of a name with these attributes, whatever other attributes they have. */
const sumOf = (values: Readonly<Record<string, number>>, name: string): number => {
  const words = name.split(' ');
  return Object.entries(values)
    .filter(([key]) => {
      const given = key.split(' ');
      return words.every((word) => given.includes(word));
    })
    .reduce((sum, [, value]) => sum + value, 0);
};

/** True for a series whose sum was compared, and for one of the few that follow from others. */
const isKnown = (series: string, expected: ReadonlyMap<string, number>): boolean =>
  /^(?:heartbeat\.timeouts|queue\.|disconnected)/.test(series) ||
  [...expected.keys()].some((name) => name.split(' ').every((word) => series.split(' ').includes(word)));
