import { expect } from 'chai';
import { asyncScheduler, map } from 'rxjs';
import { ExpiredError, ReplacedError, WithdrawnError } from '../lib/errors.js';
import type { DeliveryReport } from '../lib/outgoing-message.js';
import type { UnitData } from '../lib/protocol/envelope.js';
import type { Received } from '../lib/testing/virtual-cloud.js';
import { virtualUnit } from '../lib/testing/virtual-unit.js';
import { marbles } from './support/marbles.js';

const alerts: UnitData = { messageType: 'alerts' };
const logs: UnitData = { messageType: 'pushLog' };
const samples: UnitData = { messageType: 'monitoringData' };
/** The number in the txn. */
const numbers = map(({ header }: Received) => header.txn.replace('txn-', ''));
const causes = map(({ cause }: DeliveryReport) => cause);

describe('the limits of a unit', () => {
  marbles('let everything else pass logs, in order within each lane', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('5ms o') });
    for (const data of [logs, samples, alerts, logs, samples, alerts]) unit.send(data);

    expectObservable(received$.pipe(numbers)).toBe('5ms (235614)');
  });

  marbles('let a message name its lane', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('5ms o') });
    unit.send(alerts);
    unit.send(logs, { lane: 'urgent' });
    unit.send(alerts, { lane: 'bulk' });
    unit.send(samples);

    expectObservable(received$.pipe(numbers)).toBe('5ms (2143)');
  });

  marbles('drop a message after its ttl offline, at that moment', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('10s o') });
    const short = unit.send(samples, { ttl: 3000 });
    unit.send(samples, { ttl: 60_000 });
    const cause = new ExpiredError(short.txn);

    expectObservable(short.status$.pipe(causes)).toBe('a 2999ms (b|)', { a: undefined, b: cause });
    expectObservable(received$.pipe(numbers)).toBe('10s 2');
  });

  marbles('send only the newest of those with one coalesceKey', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('5ms o') });
    const older = unit.send(samples, { coalesceKey: 'gauge' });
    unit.send(samples);
    const newer = unit.send(samples, { coalesceKey: 'gauge' });

    expectObservable(older.status$.pipe(causes)).toBe('(a|)', { a: new ReplacedError(older.txn, newer.txn) });
    expectObservable(received$.pipe(numbers)).toBe('5ms (23)');
  });

  marbles('take back what is withdrawn, by hand or by signal', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('5ms o') });
    const abort = new AbortController();
    const one = unit.send(alerts);
    unit.send(alerts, { signal: abort.signal });
    unit.send(alerts);
    abort.abort();

    expect(one.withdraw()).to.equal(true);
    expectObservable(one.status$.pipe(causes)).toBe('(a|)', { a: new WithdrawnError(one.txn) });
    expectObservable(received$.pipe(numbers)).toBe('5ms 3');
  });

  marbles('evict the oldest sample of a full queue for the newest', ({ cold, expectObservable }) => {
    const overflow = { monitoringData: 'drop-oldest' } as const;
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('5ms o') }, { maxQueued: 2, overflow });
    for (let count = 0; count < 4; count++) unit.send(samples);

    expectObservable(received$.pipe(numbers)).toBe('5ms (34)');
  });

  it('tell when there is room', async () => {
    const { unit } = virtualUnit(asyncScheduler, {}, { maxQueued: 1, lifetime: 60_000 });
    await unit.whenRoom();
    const { acknowledged } = unit.send(alerts);
    await unit.whenRoom();
    expect((await acknowledged).status).to.equal('acknowledged');
    await unit.stop();
  });
});
