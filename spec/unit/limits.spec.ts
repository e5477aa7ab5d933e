import { expect } from 'chai';
import { asyncScheduler, firstValueFrom, map } from 'rxjs';
import {
  ExpiredError,
  InvalidMessageError,
  MessageTooLargeError,
  OptionError,
  QueueFullError,
  ReplacedError,
  WithdrawnError,
} from '../../lib/errors.js';
import { sendWhenRoom } from '../../lib/flows/messenger.js';
import type { DeliveryReport } from '../../lib/delivery/outgoing-message.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import { acknowledge, cloudMessage, type Received } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { numbered } from '../support/numbered.js';
import { marbles } from '../support/marbles.js';
import { unitData } from '../support/wire-examples.js';

const alerts: UnitData = { messageType: 'alerts', items: [] };
const logs = unitData('pushLog');
const samples: UnitData = { messageType: 'monitoringData', nodes: [] };
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

  marbles('drop a message whose ttl was over while the machine slept, and send it by no wall clock', (helpers) => {
    const { cold, expectObservable } = helpers;
    let slept = 0;
    const uptime = () => asyncScheduler.now() + slept;
    asyncScheduler.schedule(() => (slept = 8 * 3_600_000), 2050);
    const now = () => asyncScheduler.now() + (asyncScheduler.now() < 1500 ? 0 : 3_600_000);
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('2400ms o') }, { uptime, now });
    const short = unit.send(samples, { ttl: 60_000 });
    unit.send(samples, { ttl: 9 * 3_600_000 });
    unit.send(samples);
    const cause = new ExpiredError(short.txn);

    expectObservable(short.status$.pipe(causes)).toBe('a 2399ms (b|)', { a: undefined, b: cause });
    expectObservable(received$.pipe(numbers)).toBe('2400ms (23)');
  });

  marbles(
    'notice a sleep within a second without a new link, and leave what the clock of the wall skips',
    (helpers) => {
      const { cold, expectObservable } = helpers;
      let slept = 0;
      const uptime = () => asyncScheduler.now() + slept;
      asyncScheduler.schedule(() => (slept = 8 * 3_600_000), 2500);
      const { unit } = virtualUnit(asyncScheduler, { link$: cold('10s o') }, { uptime });
      const short = unit.send(samples, { ttl: 60_000 });

      expectObservable(short.status$.pipe(map(({ status }) => status))).toBe('q 2999ms (d|)', {
        q: 'queued',
        d: 'dropped',
      });
    },
  );

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

  marbles('refuse the message that finds the queue full, until one is delivered', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('5ms o') }, { maxQueued: 2 });
    unit.send(alerts);
    unit.send(alerts);
    expect(() => unit.send(alerts)).to.throw(QueueFullError, '2 of 2 messages');
    asyncScheduler.schedule(() => unit.send(alerts), 10);

    expectObservable(received$.pipe(numbers)).toBe('5ms (12) - 4'); // 3 was the refused one
  });

  marbles('drop the newest where that is asked for, and say so', ({ cold, expectObservable }) => {
    const overflow = 'drop-newest';
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('5ms o') }, { maxQueued: 2, overflow });
    for (let count = 0; count < 2; count++) unit.send(samples);
    const newest = unit.send(samples);

    expectObservable(newest.status$.pipe(map(({ status }) => status))).toBe('(d|)', { d: 'dropped' });
    expectObservable(received$.pipe(numbers)).toBe('5ms (12)');
  });

  marbles('bound the queue by bytes as well as by messages', ({ cold, expectObservable }) => {
    const [overflow, maxQueuedBytes] = ['drop-oldest', 3000] as const;
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('5ms o') }, { overflow, maxQueuedBytes });
    for (const length of [1000, 1000, 100, 2000]) unit.send(numbered(1, 'x'.repeat(length)));

    expectObservable(received$.pipe(numbers)).toBe('5ms (34)');
  });

  marbles('leave so many messages without ack at a time', ({ cold, expectObservable }) => {
    const cloud = { link$: cold('5ms o'), answer: acknowledge(20) };
    const { unit, received$ } = virtualUnit(asyncScheduler, cloud, { maxInFlight: 2 });
    for (let count = 0; count < 5; count++) unit.send(alerts);

    expectObservable(received$.pipe(numbers)).toBe('5ms (12) 16ms (34) 16ms 5');
  });

  marbles('send at the rate that is set, and ack the cloud at once all the same', ({ cold, expectObservable }) => {
    const frame$ = cold('1500ms d', { d: cloudMessage({ messageType: 'desiredStatus' }, 'c-1') });
    const { unit, received$, acked$ } = virtualUnit(asyncScheduler, { link$: cold('5ms o'), frame$ }, { rate: 2 });
    for (let count = 0; count < 5; count++) unit.send(alerts);

    expectObservable(received$.pipe(numbers)).toBe('5ms (12) 496ms 3 499ms 4 499ms 5');
    expectObservable(acked$).toBe('1505ms a', { a: 'c-1' });
  });

  marbles('hold what the cloud does not read, and send it in order once it reads', ({ cold, expectObservable }) => {
    const reads$ = cold('r 9ms n 49ms r', { r: true, n: false });
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('o'), reads$ }, { maxInFlight: 4 });
    asyncScheduler.schedule(() => {
      for (let count = 0; count < 6; count++) unit.send({ ...logs, content: 'x'.repeat(600_000) });
    }, 20);

    expectObservable(received$.pipe(numbers)).toBe('60ms (123456)');
  });

  marbles('refuse at once what cannot be sent, and deliver what was queued before and after it', (helpers) => {
    const { cold, expectObservable } = helpers;
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('5ms o') });
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const throws = () => {
      throw new Error('not now');
    };

    unit.send(alerts, { coalesceKey: 'status' });
    for (const value of [circle, 1n, { toJSON: throws }])
      expect(() => unit.send({ ...logs, content: value as unknown as string }, { coalesceKey: 'status' })).to.throw(
        InvalidMessageError,
        '/content',
      );
    expect(() => unit.send({ ...alerts, toJSON: throws } as UnitData)).to.throw(InvalidMessageError, '/toJSON');
    expect(() => unit.send({ ...logs, content: 'x'.repeat(4 * 1024 * 1024) })).to.throw(
      MessageTooLargeError,
      '4194304',
    );
    for (const ttl of [-1, 0, Number.NaN]) expect(() => unit.send(alerts, { ttl })).to.throw(OptionError, 'ttl');
    unit.send(alerts);

    const types$ = received$.pipe(map(({ header, data }) => `${header.txn} ${Object.keys(data).join()}`));
    expectObservable(types$).toBe('5ms (ab)', { a: 'txn-1 messageType,items', b: 'txn-7 messageType,items' });
  });

  it('tell when there is room', async () => {
    const { unit } = virtualUnit(asyncScheduler, {}, { maxQueued: 1, lifetime: 60_000 });
    await unit.whenRoom();
    const { acknowledged } = unit.send(alerts);
    await unit.whenRoom();
    expect((await acknowledged).status).to.equal('acknowledged');
    await unit.stop();
  });

  it('hold a message up no longer than until there is room for it, and nothing else', async () => {
    const { unit } = virtualUnit(asyncScheduler, {}, { maxQueuedBytes: 3000, lifetime: 60_000 });
    const first = unit.send(numbered(1, 'x'.repeat(2000)));
    const second = firstValueFrom(sendWhenRoom(unit, numbered(2, 'x'.repeat(2000))), { defaultValue: undefined }); // would never let go of the turn
    expect((await first.acknowledged).status).to.equal('acknowledged');
    expect((await (await second)?.acknowledged)?.status).to.equal('acknowledged');
    await unit.stop();
  });

  it('take a message for too large that the queue would never hold', async () => {
    const { unit } = virtualUnit(asyncScheduler, {}, { maxQueuedBytes: 3000, lifetime: 60_000 });
    expect(() => unit.send(numbered(1, 'x'.repeat(3000)))).to.throw(MessageTooLargeError);
    await unit.stop();
  });
});
