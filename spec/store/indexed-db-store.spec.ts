import 'fake-indexeddb/auto';
import { BrowserLevel } from 'browser-level';
import { expect } from 'chai';
import { keyOf } from '../../lib/store/record.js';
import { indexedDbStore, type LocksLike } from '../../lib/store/indexed-db-store.js';
import { content, fill, message, orders, storeError } from '../support/store-place.js';

/** Web Locks, as far as the store uses them. */
const tabLocks = (): LocksLike => {
  const held = new Set<string>();
  return {
    request: async (name, _options, hold) => {
      if (held.has(name)) return hold(null);
      held.add(name);
      return hold({}).finally(() => held.delete(name));
    },
  };
};

describe('indexedDbStore', () => {
  it('is refused to a second tab until the first one closes it', async () => {
    const locks = tabLocks();
    const [first, second] = [indexedDbStore('tabs', { locks }), indexedDbStore('tabs', { locks })];
    await first.open();
    const error = await storeError(second.open());
    expect(error).to.include({ code: 'LOCKED', path: 'tabs' });
    await first.close();
    expect(await content(second)).to.deep.equal([]);
  });

  it('gives what can be read, and tells once the txn of what cannot', async () => {
    const store = indexedDbStore('damaged', { locks: tabLocks() });
    await fill(
      store,
      [1, 2, 3].map((n) => message(n, { frame: `{"header":{"txn":"txn-${n}"}}` })),
    );
    const level = new BrowserLevel('damaged');
    const value = (await level.get(keyOf(2))) ?? '';
    await level.put(keyOf(2), value.replace('header', 'heador'));
    await level.close();
    expect(orders(await content(store))).to.deep.equal([1, 3]);
    expect(store.damage?.()).to.include({ code: 'BAD_RECORDS' });
    expect(store.damage?.()?.lost.map(({ txn, order }) => [txn, order])).to.deep.equal([['txn-2', 2]]);
    await fill(store, [message(4)]);
    expect(store.damage?.()).to.equal(undefined);
    expect(orders(await content(store))).to.deep.equal([1, 3, 4]);
  });

  it('refuses one from which messages are gone, each time', async () => {
    const store = indexedDbStore('gone', { locks: tabLocks() });
    await fill(store, [message(1), message(2)]);
    const level = new BrowserLevel('gone');
    await level.del(keyOf(1));
    await level.close();
    expect((await storeError(store.open())).code).to.equal('CORRUPT');
    expect((await storeError(store.open())).message).to.equal('the store gone is corrupt: 1 of 2 messages are left');
  });

  it('refuses a newer format each time and leaves it as it is', async () => {
    const store = indexedDbStore('newer', { locks: tabLocks() });
    await fill(store, [message(1)]);
    const level = new BrowserLevel('newer');
    await level.put('format', '{"format":2}');
    await level.close();
    expect((await storeError(store.open())).code).to.equal('NEWER_FORMAT');
    expect((await storeError(store.open())).message).to.equal(
      'the store newer has format 2, this version reads up to 1',
    );
  });
});
