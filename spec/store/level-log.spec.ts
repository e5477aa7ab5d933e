import { stat } from 'node:fs/promises';
import { expect } from 'chai';
import { cutBatch } from '../../lib/store/level-log.js';
import { levelStore } from '../../lib/store/level-store.js';
import { content, inTemporary, message, orders } from '../support/store-place.js';

const block = 32_768;

/** A store in whose log a batch with the messages 2 and 3 follows the message 1, so many bytes after the start of the log. */
const logWith = async (path: string, length: number, frame = ''): Promise<number> => {
  const store = levelStore(path);
  await store.open();
  await store.put([message(1, { frame: '-'.repeat(length) })]);
  const { size } = await stat(`${path}/000003.log`);
  await store.put([message(2, { frame }), message(3)]);
  await store.close();
  return size;
};

describe('the last batch of a log', () => {
  it(
    'is cut off wherever it lies at the end of a block, and nothing else is',
    inTemporary(async (directory) => {
      const one = (await logWith(`${directory}/measured`, block)) - block;
      // Room for the head of a piece, the head of the batch, its key, less than any of them, and none.
      for (const left of [38, 37, 26, 20, 19, 18, 8, 7, 6, 1, 0]) {
        const path = `${directory}/${left}`;
        expect(await logWith(path, 2 * block - one - left)).to.equal(2 * block - left);
        const { size } = await stat(`${path}/000003.log`);
        for (const order of [1, 3, 4]) await cutBatch(path, order);
        expect((await stat(`${path}/000003.log`)).size).to.equal(size);
        await cutBatch(path, 2);
        expect(orders(await content(levelStore(path)))).to.deep.equal([1]);
      }
    }),
  );

  it(
    'is cut off whole where it fills several blocks',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      const size = await logWith(path, 100, '-'.repeat(5 * block));
      await cutBatch(path, 2);
      expect((await stat(`${path}/000003.log`)).size).to.equal(size);
      expect(orders(await content(levelStore(path)))).to.deep.equal([1]);
    }),
  );

  it(
    'may be missing, and is then not cut off',
    inTemporary(async (directory) => {
      await cutBatch(directory, 1);
      const path = `${directory}/queue`;
      await levelStore(path).open();
      await cutBatch(path, 1);
    }),
  );
});
