import { expect } from 'chai';
import fc from 'fast-check';
import { decodeRecord, encodeRecord, keyOf, orderOf } from '../../lib/store/record.js';
import { message } from '../support/store-place.js';

describe('record', () => {
  it('reads what it wrote, whatever the texts are', () => {
    const text = fc.string({ unit: 'binary' });
    const any = fc.record(
      {
        order: fc.maxSafeNat(),
        txn: text,
        messageType: text,
        frame: text,
        lane: text,
        coalesceKey: text,
        expiresAt: fc.maxSafeNat(),
      },
      { requiredKeys: ['order', 'txn', 'messageType', 'frame'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(any, (stored) => {
        const key = keyOf(stored.order);
        expect(decodeRecord(key, encodeRecord(key, stored))).to.deep.equal(stored);
      }),
    );
  });

  it('sorts keys as orders', () => {
    const keys = [0, 9, 10, 99, 100, Number.MAX_SAFE_INTEGER].map(keyOf);
    expect([...keys].sort()).to.deep.equal(keys);
    expect(keys.map(orderOf)).to.deep.equal([0, 9, 10, 99, 100, Number.MAX_SAFE_INTEGER]);
  });

  it('refuses a record with any one letter changed, or under another key', () => {
    const key = keyOf(7);
    const value = encodeRecord(key, message(7));
    for (let at = 0; at < value.length; at++) {
      expect(decodeRecord(key, `${value.slice(0, at)}#${value.slice(at + 1)}`)).to.equal(undefined);
      expect(decodeRecord(key, value.slice(0, at))).to.equal(undefined);
    }
    expect(decodeRecord(keyOf(8), value)).to.equal(undefined);
    expect(decodeRecord('mx', value)).to.equal(undefined);
  });
});
