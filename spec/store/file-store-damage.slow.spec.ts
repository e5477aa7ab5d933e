import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { levelStore } from '../../lib/store/level-store.js';
import { content, fill, inTemporary, message, messages, sizesIn } from '../support/store-place.js';

const frame = (n: number) => `{"header":{"txn":"txn-${n}"},"data":"${'x'.repeat((n * 37) % 300)}"}`;
const some = (from: number, to: number) => messages(from, to).map((one) => ({ ...one, frame: frame(one.order) }));

/** A store that was given the messages 1 to 12 and keeps eight of them, in two files. */
const twoFiles = async (path: string): Promise<void> => {
  const store = levelStore(path);
  await fill(store, some(1, 4));
  await rename(`${path}/00000001.journal`, `${path}/00000001.kept`);
  await fill(store, some(5, 8));
  await rename(`${path}/00000001.journal`, `${path}/00000002.journal`);
  await rename(`${path}/00000001.kept`, `${path}/00000001.journal`);
  await store.open();
  await store.put(some(9, 12));
  await store.remove([10, 11, 12, 3]);
  await store.close();
};

describe('a fileStore that was damaged', () => {
  it(
    'gives every message or tells its txn, wherever a bit flips, and is whole when it is opened again',
    inTemporary(async (directory) => {
      await twoFiles(`${directory}/queue`);
      const names = Object.keys(await sizesIn(`${directory}/queue`));
      expect(names).to.have.length(2);
      for (const name of names) {
        const bytes = await readFile(`${directory}/queue/${name}`);
        for (let at = Math.floor(Math.random() * 29); at < bytes.length; at += 29) {
          const path = `${directory}/copy`;
          await cp(`${directory}/queue`, path, { recursive: true });
          const damaged = Buffer.from(bytes);
          damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (at & 7)), at);
          await writeFile(`${path}/${name}`, damaged);
          const store = levelStore(path);
          const kept = await content(store);
          const lost = store.damage?.()?.lost ?? [];
          const all = [...kept.map(({ order }) => order), ...lost.map(({ order }) => order ?? NaN)];
          expect(
            all.sort((a, b) => a - b),
            `byte ${at} of ${name}`,
          ).to.deep.equal([1, 2, 4, 5, 6, 7, 8, 9]);
          for (const one of kept) expect(one).to.deep.equal({ ...message(one.order), frame: frame(one.order) });
          expect(lost.length).to.be.at.most(1);
          expect(await content(levelStore(path))).to.deep.equal(kept);
          expect(store.damage?.()?.lost ?? []).to.deep.equal(lost);
          await rm(path, { recursive: true, maxRetries: 5 });
        }
      }
    }),
  );
});
