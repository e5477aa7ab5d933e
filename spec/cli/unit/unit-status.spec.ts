import { expect } from 'chai';
import type { LineMessage } from '../../../lib/cli/io/read-line.js';
import type { DeliveryEvent, UnitEvent } from '../../../lib/cli/unit/events.js';
import { statusOfUnit } from '../../../lib/cli/unit/unit-status.js';
import type { DeliveryStatus } from '../../../lib/delivery/outgoing-message.js';
import { memoryMetrics } from '../../../lib/observability/memory-metrics.js';

const clocks = { now: () => Date.UTC(2026, 0, 1), uptime: () => 1234.5 };
const at = '2026-01-01T00:00:00.000Z';
const delivery = (status: DeliveryStatus, cause?: string): DeliveryEvent => ({
  ...{ event: 'delivery', txn: 'txn', messageType: 'alerts', status, attempt: 1 },
  ...(cause === undefined ? {} : { cause: { name: cause, message: 'why' } }),
});
const report = (status: DeliveryStatus) => ({ txn: 'txn', messageType: 'alerts', status, attempt: 1 });
const message = (given: Partial<LineMessage> = {}): LineMessage => ({ data: { messageType: 'alerts' }, ...given });

describe('the status of a unit', () => {
  it('has the numbers of the metrics', () => {
    const { document } = statusOfUnit('unit-1', clocks);
    const metrics = memoryMetrics();
    metrics.add('unitlink.client.queue.size', 5);
    metrics.add('unitlink.client.queue.capacity', 100);
    metrics.add('unitlink.client.inflight', 2);
    for (const type of ['alerts', 'pushLog']) metrics.add('unitlink.client.acked.messages', 3, { type });
    metrics.add('unitlink.client.reconnects', 2, { cause: 'lost' });
    expect(document(metrics.snapshot())).to.deep.equal({
      ...{ version: 1, systemId: 'unit-1', pid: process.pid, now: at, uptime: 1235 },
      state: { state: 'starting', at },
      queue: { size: 5, capacity: 100, inFlight: 2, lanes: { urgent: 0, normal: 0, bulk: 0, restored: 5 } },
      totals: { sent: 0, acked: 6, nacked: 0, resent: 0, dropped: 0, received: 0 },
      reconnects: { lost: 2 },
      ...{ certificates: [], events: [] },
    });
  });

  it('counts each message in its lane until it is settled', () => {
    const { step, document } = statusOfUnit('unit-1', clocks);
    const urgent = message({ lane: 'urgent' });
    const log = message({ data: { messageType: 'pushLog' } });
    const once = message({ policy: 'sendOnly' });
    for (const one of [urgent, log, message(), message(), once]) step(one, report('queued'));
    const lanes = () => document([]).queue.lanes;
    expect(lanes()).to.include({ urgent: 1, normal: 3, bulk: 1 });
    for (const one of [urgent, once]) step(one, report('sent'));
    step(urgent, report('requeued'));
    expect(lanes()).to.include({ urgent: 1, normal: 2, bulk: 1 });
    step(urgent, report('acknowledged'));
    step(log, report('dropped'));
    expect(lanes()).to.include({ urgent: 0, normal: 2, bulk: 0 });
  });

  it('has the last state, and shows no secrets of a URL', () => {
    const { take, state, document } = statusOfUnit('unit-1', clocks);
    take({ event: 'state', state: 'connecting', at, url: 'wss://user:word@cloud.example/?token=secret' });
    expect(state()).to.equal('connecting');
    expect(document([]).state).to.include({ state: 'connecting', url: 'wss://***@cloud.example/?***' });
    expect(JSON.stringify(document([]))).to.not.match(/secret|user:word/);
  });

  it('counts nacks, and has the last events with a row of the same as one', () => {
    const { take, document } = statusOfUnit('unit-1', clocks);
    const usual = ['queued', 'sent', 'acknowledged'] as const;
    for (const status of usual) take(delivery(status));
    take(delivery('requeued', 'ConnectionLostError'));
    for (let count = 0; count < 3; count++) take(delivery('requeued', 'NackError'));
    take({ event: 'rejected', source: 'cloud', reason: 'not JSON' });
    take(delivery('dropped', 'AckTimeoutError'));
    const { totals, events } = document([]);
    expect(totals.nacked).to.equal(3);
    expect(events).to.deep.equal([
      { at, level: 'debug', text: 'alerts txn requeued (attempt 1), because of NackError: why', times: 3 },
      { at, level: 'warn', text: 'a frame of the cloud was rejected: not JSON' },
      { at, level: 'debug', text: 'alerts txn dropped (attempt 1), because of AckTimeoutError: why' },
    ]);
  });

  it('is 16 kB at most, whatever comes', () => {
    const { take, document } = statusOfUnit('unit-1', clocks);
    const cause = { name: 'ConnectError', message: 'x'.repeat(100_000) };
    const long: UnitEvent = { event: 'state', state: 'waiting', at, attempt: 1, delay: 0, cause };
    for (let count = 0; count < 100; count++) {
      take(long);
      take({ event: 'rejected', source: 'cloud', reason: `${count}${'\u0001'.repeat(1000)}` });
    }
    expect(document([]).events).to.have.lengthOf(20);
    expect(JSON.stringify(document([])).length).to.be.at.most(16_384);
  });
});
