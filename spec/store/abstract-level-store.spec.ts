import 'fake-indexeddb/auto';
import { expect } from 'chai';
import { MemoryLevel } from 'memory-level';
import { abstractLevelStore } from '../../lib/store/abstract-level-store.js';
import { indexedDbStore } from '../../lib/store/indexed-db-store.js';
import { levelStore } from '../../lib/store/level-store.js';
import type { Store } from '../../lib/store/types.js';
import { sqliteLocked } from '../support/sqlite-locked.js';
import { content, fill, inTemporary, message, messages, orders, storeError } from '../support/store-place.js';

const memoryLevelStore = (): Store => {
  const level = new MemoryLevel();
  const open = async () => {
    await level.open();
    return level;
  };
  return abstractLevelStore({ path: 'memory', open });
};

let databases = 0;

const kinds: readonly (readonly [string, (directory: string) => Store])[] = [
  ['memory-level', memoryLevelStore],
  ['files, locked by LevelDB', (directory) => levelStore(`${directory}/queue`)],
  ['files, locked by SQLite', (directory) => sqliteLocked(`${directory}/queue`)],
  ['IndexedDB', () => indexedDbStore(`queue-${++databases}`)],
];

for (const [kind, make] of kinds) {
  const on = (test: (store: Store) => Promise<void>) => inTemporary((directory) => test(make(directory)));

  describe(`a store on ${kind}`, () => {
    it(
      'is empty at first, also when opened again',
      on(async (store) => {
        expect(await content(store)).to.deep.equal([]);
        expect(await content(store)).to.deep.equal([]);
      }),
    );

    it(
      'gives everything back in the order of the queue, not of the calls',
      on(async (store) => {
        await fill(
          store,
          [100, 9, 10, 1_000_000, 1].map((order) => message(order)),
        );
        expect(orders(await content(store))).to.deep.equal([1, 9, 10, 100, 1_000_000]);
      }),
    );

    it(
      'keeps every field',
      on(async (store) => {
        const all = [
          message(1, {
            frame: '{"text":"line\\n ☃ 𝄞 \\u0000"}\n\u0000',
            lane: 'bulk',
            coalesceKey: 'a"b',
            expiresAt: 5,
          }),
          message(2, { frame: '' }),
        ];
        await fill(store, all);
        expect(await content(store)).to.deep.equal(all);
      }),
    );

    it(
      'forgets what is removed, also what was put in the same turn or never',
      on(async (store) => {
        await fill(store, messages(1, 5));
        await store.open();
        const put = store.put([message(6), message(7)]);
        await store.remove([2, 4, 7, 99]);
        await put;
        await store.close();
        expect(orders(await content(store))).to.deep.equal([1, 3, 5, 6]);
      }),
    );

    it(
      'reads more than one page',
      on(async (store) => {
        await fill(store, messages(1, 2500));
        expect(await content(store)).to.deep.equal(messages(1, 2500));
      }),
    );

    it(
      'takes nothing unless it is open',
      on(async (store) => {
        expect((await storeError(store.put([message(1)]))).code).to.equal('CLOSED');
        await store.open();
        expect((await storeError(store.open())).code).to.equal('OPEN');
        await store.close();
        expect((await storeError(store.put([message(1)]))).code).to.equal('CLOSED');
        expect((await storeError(store.remove([1]))).code).to.equal('CLOSED');
        await store.close();
      }),
    );

    it(
      'closes after what was put before, also while it opens',
      on(async (store) => {
        const opened = store.open();
        const closed = store.close();
        await opened;
        await closed;
        await store.open();
        const put = store.put([message(1)]);
        await store.close();
        await put;
        expect(orders(await content(store))).to.deep.equal([1]);
      }),
    );
  });
}
