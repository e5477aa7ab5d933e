import { expect } from 'chai';
import { asyncScheduler, map, type Observable } from 'rxjs';
import { QueueFullError } from '../../lib/errors.js';
import type { Delivery } from '../../lib/delivery/outgoing-message.js';
import type { Overflow } from '../../lib/delivery/send-options.js';
import { ack, type Received, type VirtualCloud } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import type { Unit } from '../../lib/unit/unit.js';
import { marbles } from '../support/marbles.js';
import { numbered, numberOf } from '../support/numbered.js';
import { recorded } from '../support/unit-on-cloud.js';

const million = 1_000_000;
const sample = numbered;
const fate = ({ status$ }: Delivery): string => recorded(status$.pipe(map(({ status }) => status))).at(-1) ?? '';
const answer: NonNullable<VirtualCloud['answer']> = (received$) => received$.pipe(map(({ header }) => ack(header.txn)));

/** Counts what comes with its number one higher than the last, and what comes out of turn. */
const counted = (received$: Observable<Received>) => {
  const seen = { first: NaN, last: NaN, inOrder: 0, outOfTurn: 0, bytes: 0 };
  received$.subscribe({
    next: ({ header, data }) => {
      seen.bytes += JSON.stringify({ header, data }).length;
      const number = numberOf(data);
      if (Number.isNaN(seen.first)) seen.first = number;
      if (number === seen.last + 1 || number === seen.first) seen.inOrder++;
      else seen.outOfTurn++;
      seen.last = number;
    },
    error: () => seen.outOfTurn++,
  });
  return seen;
};

/** Sends so many, and counts those that the queue refused. */
const sendAll = (unit: Unit, count: number, overflow: Overflow): number => {
  let refused = 0;
  for (let number = 0; number < count; number++)
    try {
      unit.send(sample(number), { overflow });
    } catch (error) {
      if (!(error instanceof QueueFullError)) throw error;
      refused++;
    }
  return refused;
};

describe('a million messages', function () {
  this.timeout(0);

  marbles('that were queued offline go out in order, each once, and none is lost', ({ cold, flush }) => {
    const options = { maxQueued: million, maxQueuedBytes: 2 ** 30, connectTimeout: million };
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('10m o'), answer }, options);
    const seen = counted(received$);
    const evicted = unit.send(sample(0), { overflow: 'drop-oldest' });
    for (let number = 1; number < million; number++) unit.send(sample(number));
    expect(fate(evicted)).to.equal('queued');

    const last = unit.send(sample(million));
    expect(fate(evicted)).to.equal('dropped');
    expect(() => unit.send(sample(million + 1))).to.throw(QueueFullError, '1000000 of 1000000 messages');
    expect(fate(unit.send(sample(million + 1), { overflow: 'drop-newest' }))).to.equal('dropped');

    asyncScheduler.schedule(() => void unit.stop(), 660_000);
    flush();
    expect(seen).to.include({ first: 1, last: million, inOrder: million, outOfTurn: 0 });
    expect(fate(last)).to.equal('acknowledged');
  });
});

describe('the bounds of the queue', function () {
  this.timeout(0);
  const count = 100_000;

  for (const overflow of ['reject', 'drop-newest', 'drop-oldest'] as const)
    for (const [bound, options] of [
      ['messages', { maxQueued: 1000 }],
      ['bytes', { maxQueuedBytes: 150_000 }],
    ] as const)
      marbles(`keep so many ${bound} through a long outage and no more, with ${overflow}`, ({ cold, flush }) => {
        const cloud = { link$: cold('10m o'), answer };
        const { unit, received$ } = virtualUnit(asyncScheduler, cloud, { ...options, connectTimeout: million });
        const seen = counted(received$);
        const refused = sendAll(unit, count, overflow);
        asyncScheduler.schedule(() => void unit.stop(), 660_000);
        flush();

        const held = seen.inOrder;
        if (bound === 'messages') expect(held).to.equal(1000);
        else expect(seen.bytes).to.be.within(150_000 - 200, 150_000);
        expect(seen.outOfTurn).to.equal(0);
        expect(refused).to.equal(overflow === 'reject' ? count - held : 0);
        expect(seen.first).to.equal(overflow === 'drop-oldest' ? count - held : 0);
      });
});
