import { expect } from 'chai';
import fc from 'fast-check';
import { encodeFormat, encodePut, encodeRemovals, readRecords, type Found } from '../../lib/store/journal-record.js';
import { checksum } from '../../lib/store/record.js';
import { message, orders } from '../support/store-place.js';

const putsIn = (found: readonly Found[]) =>
  found.flatMap(({ entry }) => (entry?.kind === 'put' ? [entry.message] : []));

const frame = (n: number) => `{"header":{"version":7,"systemId":"unit-1","txn":"txn-${n}"},"data":{"n":${n}}}`;
const three = [1, 2, 3].map((n) => message(n, { frame: frame(n), lane: 'bulk', expiresAt: 1e12 }));
const records = [encodeFormat(), ...three.map((one) => encodePut(one, 5).text), encodeRemovals([8, 9])];
const file = Buffer.from(records.join(''));

describe('the records of a journal', () => {
  it('read as they were written, whatever the texts are', () => {
    const text = fc.string({ unit: 'binary' });
    const any = fc.record(
      {
        ...{ order: fc.maxSafeNat(), txn: text, messageType: text, frame: text, lane: text, coalesceKey: text },
        expiresAt: fc.maxSafeNat(),
      },
      { requiredKeys: ['order', 'txn', 'messageType', 'frame'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(any), fc.array(fc.maxSafeNat()), (puts, removed) => {
        const bytes = Buffer.from(puts.map((one) => encodePut(one, 5).text).join('') + encodeRemovals(removed));
        const found = readRecords(bytes, false);
        expect(putsIn(found)).to.deep.equal(puts);
        const gone = found.flatMap(({ entry }) => (entry?.kind === 'remove' ? entry.orders : []));
        expect(gone).to.deep.equal(removed);
      }),
    );
  });

  it('lie where they are said to', () => {
    const found = readRecords(file, false);
    expect(found.map(({ at, length }) => file.toString('utf8', at, at + length))).to.deep.equal(records);
  });

  for (const mayBeTorn of [false, true])
    it(`cost one message at most when a bit flips, and its txn is known (${mayBeTorn ? 'last' : 'older'} file)`, () => {
      let lost = 0;
      for (let bit = 0; bit < file.length * 8; bit++) {
        const damaged = Buffer.from(file);
        damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const found = readRecords(damaged, mayBeTorn);
        const txns = found.flatMap(({ damage }) => damage?.txns ?? []);
        const kept = putsIn(found);
        for (const one of kept) expect(one).to.deep.equal(three[one.order - 1]);
        expect([...kept.map(({ txn }) => txn), ...txns].sort(), `bit ${bit}`).to.deep.equal([
          'txn-1',
          'txn-2',
          'txn-3',
        ]);
        expect(txns.length).to.be.at.most(1);
        lost += txns.length;
      }
      // What is not in a frame is mended.
      expect(lost).to.equal(three.reduce((sum, one) => sum + one.frame.length * 8, 0));
    });

  it('whose head cannot be mended are told of by the txn in the frame', () => {
    const damaged = Buffer.from(file);
    const from = Buffer.byteLength(records.slice(0, 2).join(''));
    const to = file.indexOf(frame(2));
    damaged.fill('x', from, to);
    const found = readRecords(damaged, false);
    expect(orders(putsIn(found))).to.deep.equal([1, 3]);
    expect(found.flatMap(({ damage }) => damage?.txns ?? [])).to.deep.equal(['txn-2']);
  });

  it('are damaged where a head is to the bit what was written, and no JSON', () => {
    const head = `\x1e${checksum('[1')}[1\n`;
    const found = readRecords(Buffer.from(`${records.slice(0, 2).join('')}${head}${records[2]}`), false);
    expect(orders(putsIn(found))).to.deep.equal([1, 2]);
    expect(found.filter(({ damage }) => damage)).to.have.length(1);
  });

  it('are found again behind any damage', () => {
    fc.assert(
      fc.property(fc.nat(file.length), fc.uint8Array({ minLength: 1, maxLength: 60 }), (at, garbage) => {
        const damaged = Buffer.from(file);
        damaged.set(garbage.subarray(0, Math.max(0, file.length - at)), at);
        const found = readRecords(damaged, false);
        const kept = putsIn(found);
        for (const one of kept) expect(one).to.deep.equal(three[one.order - 1]);
        if (kept.length < 3) expect(found.some(({ damage }) => damage !== undefined)).to.equal(true);
        expect(kept.length).to.be.at.least(1);
      }),
    );
  });

  it('count as never written where the last one ends early', () => {
    const [last = ''] = records.splice(4);
    const whole = Buffer.from(records.join(''));
    for (let cut = 0; cut <= Buffer.byteLength(records[3] ?? ''); cut++) {
      const found = readRecords(whole.subarray(0, whole.length - cut), true);
      expect(orders(putsIn(found))).to.deep.equal(cut === 0 ? [1, 2, 3] : [1, 2]);
      expect(found.every(({ damage }) => damage === undefined)).to.equal(true);
      const old = readRecords(whole.subarray(0, whole.length - cut), false);
      if (cut > 0 && cut < Buffer.byteLength(records[3] ?? '')) expect(old.at(-1)?.damage).not.to.equal(undefined);
    }
    records.push(last);
    const unwritten = readRecords(Buffer.concat([whole, Buffer.alloc(5000)]), true);
    expect(orders(putsIn(unwritten))).to.deep.equal([1, 2, 3]);
    expect(unwritten.every(({ damage }) => damage === undefined)).to.equal(true);
  });
});
