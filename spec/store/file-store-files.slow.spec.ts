import { expect } from 'chai';
import { fileStore } from '../../lib/store/file-store.js';
import { content, inTemporary, message, orders, sizesIn } from '../support/store-place.js';

describe('the files of a fileStore', () => {
  it(
    'stay small under steady traffic, also where one message is never removed',
    inTemporary(async (directory) => {
      const store = fileStore(`${directory}/queue`);
      await store.open();
      await store.put([message(0)]);
      const frame = 'x'.repeat(300);
      let largest = 0;
      for (let order = 1; order < 100_000; order += 500) {
        const some = Array.from({ length: 500 }, (_, n) => message(order + n, { frame }));
        await store.put(some);
        await store.remove(orders(some));
        const sizes = Object.values(await sizesIn(`${directory}/queue`));
        largest = Math.max(
          largest,
          sizes.reduce((sum, size) => sum + size, 0),
        );
      }
      expect(largest).to.be.lessThan(8 * 1024 * 1024); // 43 MB were written
      await store.close();
      expect(orders(await content(store))).to.deep.equal([0]);
      await store.open();
      await store.remove([0]);
      await store.close();
      expect(Object.values(await sizesIn(`${directory}/queue`)).every((size) => size < 100)).to.equal(true);
      expect(await content(store)).to.deep.equal([]);
    }),
  );

  it(
    'hold each message once, whatever was put, removed and left open in between',
    inTemporary(async (directory) => {
      const store = fileStore(`${directory}/queue`);
      const kept = new Set<number>();
      let order = 0;
      for (let round = 0; round < 12; round++) {
        await store.open();
        for (let n = 0; n < 10; n++) {
          const some = Array.from({ length: 20 }, () => message(++order, { frame: 'y'.repeat((order * 997) % 9000) }));
          await store.put(some);
          for (const one of some) kept.add(one.order);
          const gone = [...kept].filter((one) => one % 13 !== 0 || (round % 5 === 4 && one < order - 600));
          await store.remove(gone);
          for (const one of gone) kept.delete(one);
        }
        await store.close();
        expect(orders(await content(store))).to.deep.equal([...kept]);
      }
    }),
  );
});
