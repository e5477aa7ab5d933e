import { expect } from 'chai';
import { MemoryLevel } from 'memory-level';
import { abstractLevelStore } from '../../lib/store/abstract-level-store.js';
import { content, message, messages, orders, storeError } from '../support/store-place.js';

/** A store whose database refuses so many batches, and how often that was opened and what was synced. */
const failingStore = () => {
  const level = new MemoryLevel();
  const seen = { refuse: 0, opened: 0, synced: [] as boolean[] };
  const open = async () => {
    seen.opened++;
    await level.open();
    return {
      get: (key: string) => level.get(key),
      iterator: (range?: { gte: string; lt: string }) => level.iterator(range ?? {}),
      close: () => level.close(),
      batch: () => {
        const batch = level.batch();
        return {
          put: (key: string, value: string) => batch.put(key, value),
          del: (key: string) => batch.del(key),
          write: async ({ sync }: { sync: boolean }) => {
            seen.synced.push(sync);
            if (seen.refuse-- > 0) throw new Error('no space left on device');
            await batch.write();
          },
        };
      },
    };
  };
  return { seen, store: abstractLevelStore({ path: 'memory', open }, { removalDelay: 0 }) };
};

describe('a store on a database that refuses a batch', () => {
  it('opens it again before the next batch, once, and loses nothing else', async () => {
    const { seen, store } = failingStore();
    await store.open();
    await store.put(messages(1, 2));
    seen.refuse = 1;
    expect((await storeError(store.put(messages(3, 5)))).code).to.equal('ENOSPC');
    expect(seen.opened).to.equal(1);
    await store.put([message(6)]);
    await store.put([message(7)]);
    expect(seen.opened).to.equal(2);
    await store.close();
    expect(orders(await content(store))).to.deep.equal([1, 2, 6, 7]);
  });

  it('syncs what is put, and nothing for removals alone', async () => {
    const { seen, store } = failingStore();
    await store.open();
    seen.synced.length = 0;
    await store.put([message(1)]);
    await store.remove([1]);
    await store.close();
    expect(seen.synced).to.deep.equal([true, false]);
  });
});
