import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { ExpiredError, QueueFullError, ReplacedError, WithdrawnError } from '../../lib/errors.js';
import { pendingMessages, type PendingMessagesOptions } from '../../lib/delivery/pending-messages.js';
import type { Delivery, OutgoingMessage } from '../../lib/delivery/outgoing-message.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import type { SendOptions } from '../../lib/delivery/send-options.js';
import { unitData } from '../support/wire-examples.js';

const box = (options: Partial<PendingMessagesOptions> = {}) => {
  let id = 0;
  const newId = () => `t-${++id}`;
  const rules = { maxQueued: 3, maxQueuedBytes: 10_000, overflow: () => 'reject' as const, onFailure: console.error };
  return pendingMessages({ systemId: 'unit-1', newId, now: () => 0, clock: () => 0, ...rules, ...options });
};
const alerts: UnitData = { messageType: 'alerts', items: [] };
const logs = unitData('pushLog');
const samples: UnitData = { messageType: 'monitoringData', nodes: [] };
/** A message of more than this many bytes. */
const large = (size: number): UnitData => ({ ...unitData('newState'), state: 'x'.repeat(size) });

/** The last step of a message, with the kind of its cause. */
const fate = (delivery: Delivery): string => {
  let seen = '';
  delivery.status$.subscribe({
    next: ({ status, cause }) => (seen = cause instanceof Error ? `${status} ${cause.name}` : status),
    error: () => (seen = 'failed'),
  });
  return seen;
};
const transmit = (message: OutgoingMessage) => {
  message.transmissions++;
  message.record('sent');
};

describe('pendingMessages, its limits', () => {
  describe('overflow', () => {
    it('drop-newest drops the message that finds the queue full, and says so', () => {
      const { accept, size } = box({ maxQueued: 1 });
      const first = accept(alerts);
      const second = accept(alerts, { overflow: 'drop-newest' });
      expect([fate(first), fate(second), size()]).to.deep.equal(['queued', 'dropped QueueFullError', 1]);
      expect(second.settled).to.equal(true);
    });

    it('drop-oldest evicts the oldest that was sent with drop-oldest', () => {
      const { accept } = box();
      const kept = accept(samples);
      const [oldest, middle] = [
        accept(samples, { overflow: 'drop-oldest' }),
        accept(samples, { overflow: 'drop-oldest' }),
      ];
      const newest = accept(samples, { overflow: 'drop-oldest' });
      expect([kept, oldest, middle, newest].map(fate)).to.deep.equal([
        'queued',
        'dropped QueueFullError',
        'queued',
        'queued',
      ]);
    });

    it('goes by the type where the message says nothing', () => {
      const { accept } = box({
        maxQueued: 1,
        overflow: (type) => (type === 'monitoringData' ? 'drop-oldest' : 'reject'),
      });
      const sample = accept(samples);
      expect([fate(sample), fate(accept(samples)), fate(sample)]).to.deep.equal([
        'queued',
        'queued',
        'dropped QueueFullError',
      ]);
    });

    it('lets an alert evict logs and samples, the logs first, though it would not be evicted itself', () => {
      const { accept } = box();
      const sample = accept(samples, { overflow: 'drop-oldest' });
      const log = accept(logs, { overflow: 'drop-oldest' });
      const alert = accept(alerts);
      accept(alerts);
      expect([sample, log, alert].map(fate)).to.deep.equal(['queued', 'dropped QueueFullError', 'queued']);
      accept(alerts);
      expect(fate(sample)).to.equal('dropped QueueFullError');
      expect(() => accept(alerts)).to.throw(QueueFullError);
    });

    it('lets no log evict an alert', () => {
      const { accept } = box({ maxQueued: 1 });
      const alert = accept(alerts, { overflow: 'drop-oldest' });
      expect(() => accept(logs, { overflow: 'drop-oldest' })).to.throw(QueueFullError);
      expect(fate(alert)).to.equal('queued');
    });

    it('evicts nothing that is on its way', () => {
      const { accept } = box({ maxQueued: 1 });
      const sent = accept(samples, { overflow: 'drop-oldest' });
      transmit(sent);
      expect(() => accept(samples, { overflow: 'drop-oldest' })).to.throw(QueueFullError);
      expect(fate(sent)).to.equal('sent');
    });

    it('evicts as many as the bytes ask for, and none for a message that can never fit', () => {
      const { size } = box().accept(samples);
      const { size: largest } = box().accept(large(0));
      const { accept } = box({ maxQueuedBytes: Math.max(2 * size, largest) });
      const small = [accept(samples, { overflow: 'drop-oldest' }), accept(samples, { overflow: 'drop-oldest' })];
      expect(() => accept(large(10_000))).to.throw(QueueFullError);
      expect(small.map(fate)).to.deep.equal(['queued', 'queued']);
      accept(large(0));
      expect(small.map(fate)).to.deep.equal(['dropped QueueFullError', 'dropped QueueFullError']);
    });

    it('says when there is room again', () => {
      const { accept, record, hasRoom } = box({ maxQueued: 1 });
      expect(hasRoom()).to.equal(true);
      const message = accept(alerts);
      expect(hasRoom()).to.equal(false);
      record(message, 'acknowledged');
      expect(hasRoom()).to.equal(true);
    });

    it('says it for a large message that was refused, until that has found room', () => {
      const { accept, record, hasRoom } = box({ maxQueued: 9 });
      const [first, second] = [accept(large(4000)), accept(large(4000))];
      expect(() => accept(large(4000))).to.throw(QueueFullError);
      expect(hasRoom()).to.equal(false);
      record(first, 'acknowledged');
      expect(hasRoom()).to.equal(true);
      record(accept(large(4000)), 'acknowledged');
      accept(alerts);
      accept(large(4000));
      expect(hasRoom()).to.equal(true); // for a small one
      record(second, 'acknowledged');
    });
  });

  describe('coalesceKey', () => {
    const status: SendOptions = { coalesceKey: 'status' };

    it('replaces the message with the same key that still waits', () => {
      const { accept, size } = box();
      const [older, other, newer] = [
        accept(alerts, status),
        accept(alerts, { coalesceKey: 'x' }),
        accept(alerts, status),
      ];
      expect([older, other, newer].map(fate)).to.deep.equal(['dropped ReplacedError', 'queued', 'queued']);
      expect(size()).to.equal(2);
    });

    it('tells the older one which message took its place', async () => {
      const { accept } = box();
      const older = accept(alerts, status);
      const { txn } = accept(alerts, status);
      const cause: unknown = await older.acknowledged.catch((error: unknown) => error);
      expect(cause).to.be.instanceOf(ReplacedError).and.to.include({ txn: older.txn, by: txn });
    });

    it('leaves alone what was sent already', () => {
      const { accept } = box();
      const older = accept(alerts, status);
      transmit(older);
      accept(alerts, status);
      expect(fate(older)).to.equal('sent');
    });

    it('finds room in a full queue by the message it replaces', () => {
      const { accept } = box({ maxQueued: 1 });
      const older = accept(alerts, status);
      expect([fate(accept(alerts, status)), fate(older)]).to.deep.equal(['queued', 'dropped ReplacedError']);
    });

    it('does no harm to the older one where the newer one is refused', () => {
      const { accept } = box();
      const older = accept(alerts, status);
      expect(() => accept(large(20_000), status)).to.throw(QueueFullError);
      expect(fate(older)).to.equal('queued');
    });
  });

  describe('ttl', () => {
    it('drops what waits, and leaves what is on the wire until it comes back', () => {
      let time = 0;
      const { accept, expire, record } = box({ clock: () => time });
      const [waiting, sent] = [accept(alerts, { ttl: 10 }), accept(alerts, { ttl: 10 })];
      expect(sent.expiresAt).to.equal(10);
      transmit(sent);
      time = 10;
      expire(waiting);
      expire(sent);
      expect([fate(waiting), fate(sent)]).to.deep.equal(['dropped ExpiredError', 'sent']);
      record(sent, 'requeued');
      expect(fate(sent)).to.equal('dropped ExpiredError');
    });

    it('means nothing to what is delivered', () => {
      const { accept, expire, record } = box();
      const message = accept(alerts, { ttl: 10 });
      record(message, 'acknowledged');
      expire(message);
      expect(fate(message)).to.equal('acknowledged');
    });

    it('gives the reason by its class', async () => {
      const { accept, expire } = box();
      const message = accept(alerts, { ttl: 10 });
      expire(message);
      expect(await message.acknowledged.catch((error: unknown) => error)).to.be.instanceOf(ExpiredError);
    });
  });

  describe('withdraw', () => {
    it('takes back what was not sent, once', async () => {
      const { accept, size } = box();
      const message = accept(alerts);
      expect([message.withdraw(), message.withdraw(), size()]).to.deep.equal([true, false, 0]);
      expect(await message.acknowledged.catch((error: unknown) => error)).to.be.instanceOf(WithdrawnError);
    });

    it('is too late for what was sent', () => {
      const message = box().accept(alerts);
      transmit(message);
      expect([message.withdraw(), fate(message)]).to.deep.equal([false, 'sent']);
    });

    it('happens by the signal, and the signal is let go of with the message', () => {
      const { accept, record } = box();
      const [first, second] = [new AbortController(), new AbortController()];
      const [withdrawn, delivered] = [
        accept(alerts, { signal: first.signal }),
        accept(alerts, { signal: second.signal }),
      ];
      first.abort();
      record(delivered, 'acknowledged');
      expect(getEventListeners(second.signal, 'abort')).to.deep.equal([]);
      second.abort();
      expect([fate(withdrawn), fate(delivered)]).to.deep.equal(['dropped WithdrawnError', 'acknowledged']);
    });

    it('accepts nothing by a signal that is aborted already', () => {
      const { accept, size } = box();
      expect(() => accept(alerts, { signal: AbortSignal.abort(new Error('too late')) })).to.throw('too late');
      expect(size()).to.equal(0);
    });
  });

  for (const [name, values, takes] of [
    ['lane', ['first', 0, null], 'urgent or normal or bulk'],
    ['overflow', ['drop', null], 'reject or drop-oldest or drop-newest'],
    ['coalesceKey', ['', 7], 'a text that is not empty'],
    ['ttl', [0, -1, '5', Number.NaN], 'a number of milliseconds above 0'],
    ['signal', [{}, 'now'], 'an AbortSignal'],
  ] as const)
    it(`refuses a ${name} that is ${values.map(String).join(' or ')}`, () => {
      const { accept, size } = box();
      for (const value of values)
        expect(() => accept(alerts, { [name]: value }))
          .to.throw(`option "${name}" got`)
          .and.to.have.property('message')
          .that.contains(takes);
      expect(size()).to.equal(0);
    });
});
