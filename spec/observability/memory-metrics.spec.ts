import { expect } from 'chai';
import { instruments } from '../../lib/observability/instruments.js';
import { memoryMetrics } from '../../lib/observability/memory-metrics.js';

const type = { type: 'alerts' };

describe('memoryMetrics', () => {
  it('adds up each series by itself', () => {
    const { add, snapshot } = memoryMetrics();
    add('unitlink.client.sent.messages', 1, type);
    add('unitlink.client.sent.messages', 2, { type: 'unitStatus' });
    add('unitlink.client.sent.messages', 3, type);
    add('unitlink.client.inflight', 5);
    add('unitlink.client.inflight', -4);
    expect(snapshot()).to.deep.equal([
      { name: 'unitlink.client.sent.messages', attributes: type, value: 4 },
      { name: 'unitlink.client.sent.messages', attributes: { type: 'unitStatus' }, value: 2 },
      { name: 'unitlink.client.inflight', attributes: {}, value: 1 },
    ]);
  });

  it('takes attributes in any order for the same', () => {
    const { add, snapshot } = memoryMetrics();
    add('unitlink.client.dropped.messages', 1, { type: 'alerts', reason: 'full' });
    add('unitlink.client.dropped.messages', 1, { reason: 'full', type: 'alerts' });
    expect(snapshot()).to.have.length(1);
  });

  it('keeps the last value of a gauge', () => {
    const { set, snapshot } = memoryMetrics();
    set('unitlink.client.subscription.age', 5);
    set('unitlink.client.subscription.age', 2);
    expect(snapshot()).to.deep.equal([{ name: 'unitlink.client.subscription.age', attributes: {}, value: 2 }]);
  });

  it('counts the values of a histogram that are not above each bound', () => {
    const { record, snapshot } = memoryMetrics((name) => instruments[name].buckets);
    for (const value of [0.1, 0.3, 0.5, 1000]) record('unitlink.client.recovery.duration', value, { cause: 'lost' });
    const [point] = snapshot();
    expect(point).to.include({ value: 1000.9, count: 4 });
    expect(point?.buckets?.slice(0, 4)).to.deep.equal([
      [0.1, 1],
      [0.25, 1],
      [0.5, 3],
      [1, 3],
    ]);
  });

  it('has the sum and the count of a histogram without bounds', () => {
    const { record, snapshot } = memoryMetrics();
    record('unitlink.client.ack.duration', 0.5, type);
    record('unitlink.client.ack.duration', 1.5, type);
    const attributes = type;
    expect(snapshot()).to.deep.equal([
      { name: 'unitlink.client.ack.duration', attributes, value: 2, count: 2, buckets: [] },
    ]);
  });

  it('gives a snapshot that what comes later does not change, and that is JSON', () => {
    const { add, record, snapshot } = memoryMetrics(() => [1]);
    add('unitlink.client.reconnects', 1, { cause: 'lost' });
    record('unitlink.client.ack.duration', 0.5, type);
    const before = snapshot();
    const text = JSON.stringify(before);
    add('unitlink.client.reconnects', 1, { cause: 'lost' });
    record('unitlink.client.ack.duration', 0.5, type);
    expect(before).to.deep.equal(JSON.parse(text));
  });
});
