import { expect } from 'chai';
import { asyncScheduler, map, NEVER, Observable } from 'rxjs';
import type { DeliveryReport } from '../../lib/delivery/outgoing-message.js';
import type { SendOptions } from '../../lib/delivery/send-options.js';
import { OptionError, QueueFullError, StoppedError } from '../../lib/errors.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import { acknowledge, type Received } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { marbles } from '../support/marbles.js';

const alerts: UnitData = { messageType: 'alerts', items: [] };

/** Emits each call of `onSettled` of a message that is sent on subscription, beside its other options. */
const settled = (send: (options: SendOptions) => unknown, options: SendOptions = {}) =>
  new Observable<DeliveryReport>((subscriber) => {
    send({
      ...options,
      onSettled: (report) => {
        subscriber.next(report);
      },
    });
  });

describe('onSettled', () => {
  marbles('is called once, with the acknowledgement', ({ cold, expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('---o'), answer: acknowledge(3) });
    expectObservable(settled((options) => unit.send(alerts, options))).toBe('------a', {
      a: { txn: 'txn-1', messageType: 'alerts', status: 'acknowledged', attempt: 1 },
    });
  });

  marbles('is called with the write where no ack is expected', ({ cold, expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('---o') });
    expectObservable(settled((options) => unit.send(alerts, options), { policy: 'sendOnly' })).toBe('---s', {
      s: { txn: 'txn-1', messageType: 'alerts', status: 'sent', attempt: 1 },
    });
  });

  marbles('is called before send returns with a message for which there is no room', ({ flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: NEVER }, { maxQueued: 1 });
    unit.send(alerts);
    const seen: unknown[] = [];
    unit.send(alerts, { overflow: 'drop-newest', onSettled: ({ status, cause }) => seen.push(status, cause) });
    expect(seen[0]).to.equal('dropped');
    expect(seen[1]).to.be.instanceOf(QueueFullError);
    flush();
    expect(seen).to.have.length(2);
  });

  marbles('is called once each for messages that a stop leaves, beside other observers', ({ flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: NEVER });
    const seen: string[] = [];
    const onSettled = ({ txn, status, cause }: DeliveryReport) =>
      seen.push(`${txn} ${status} ${cause instanceof StoppedError}`);
    const { status$, acknowledged } = unit.send(alerts, { onSettled });
    status$.subscribe(({ status }) => seen.push(status));
    acknowledged.catch(() => undefined);
    unit.send(alerts, { onSettled });
    void unit.stop();
    flush();
    expect(seen).to.deep.equal(['queued', 'dropped', 'txn-1 dropped true', 'txn-2 dropped true']);
  });

  marbles('may send the next message', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('---o'), answer: acknowledge(3) });
    unit.send(alerts, { onSettled: () => unit.send(alerts) });
    expectObservable(received$).toBe('---1--2', {
      1: message('txn-1', '1970-01-01T00:00:00.000000Z'),
      2: message('txn-2', '1970-01-01T00:00:00.006000Z'),
    });
  });

  marbles('reports what it throws, and harms nothing else', ({ cold, expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('---o'), answer: acknowledge(3) });
    unit.send(alerts, {
      onSettled: () => {
        throw new RangeError('of the app');
      },
    });
    expectObservable(unit.failure$.pipe(map((failure) => failure.message))).toBe('------f', {
      f: 'onSettled of a message failed: of the app',
    });
    expectObservable(settled((options) => unit.send(alerts, options))).toBe('------a', {
      a: { txn: 'txn-2', messageType: 'alerts', status: 'acknowledged', attempt: 1 },
    });
  });

  marbles('is a function, or the message is refused', () => {
    const { unit } = virtualUnit(asyncScheduler, { link$: NEVER });
    expect(() => unit.send(alerts, { onSettled: 'log' as never })).to.throw(OptionError, 'onSettled');
  });
});

const message = (txn: string, createdAt: string): Received => ({
  header: { version: 7, systemId: 'unit-1', createdAt, txn },
  data: { messageType: 'alerts', items: [] },
});
