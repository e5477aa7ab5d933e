import { cp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { levelStore } from '../../lib/store/level-store.js';
import { checksum } from '../../lib/store/record.js';
import { content, fill, inTemporary, message, messages, orders, sizesIn } from '../support/store-place.js';

const frame = (n: number) => `{"header":{"txn":"txn-${n}"},"data":"${'x'.repeat((n * 37) % 300)}"}`;
const some = (from: number, to: number) => messages(from, to).map((one) => ({ ...one, frame: frame(one.order) }));
const txns = (all: readonly { readonly txn: string | undefined }[]) => all.map(({ txn }) => txn);

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
          await rm(path, { recursive: true });
        }
      }
    }),
  );

  it(
    'tells once what it lost, keeps the damaged file, and takes new messages',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      await fill(levelStore(path), some(1, 6));
      const file = `${path}/00000001.journal`;
      const bytes = await readFile(file);
      bytes.write('?', bytes.indexOf(frame(2)) + 5);
      bytes.fill('?', bytes.indexOf('"txn-4"') - 35, bytes.indexOf(frame(4)));
      await writeFile(file, bytes);
      const store = levelStore(path);
      expect(orders(await content(store))).to.deep.equal([1, 3, 5, 6]);
      const damage = store.damage?.();
      expect(damage).to.include({ code: 'BAD_RECORDS', path });
      expect(damage?.message).to.equal(
        `the store ${path} is not whole: it has 2 messages that cannot be read: txn-2, txn-4; everything else goes on, ` +
          'and the damaged files were kept',
      );
      expect(damage?.lost.map(({ txn, order }) => [txn, order])).to.deep.equal([
        ['txn-2', 2],
        ['txn-4', undefined],
      ]);
      expect((await readFile(`${file}.damaged`)).equals(bytes)).to.equal(true);
      await fill(store, some(7, 7));
      expect(store.damage?.()).to.equal(undefined);
      expect(orders(await content(store))).to.deep.equal([1, 3, 5, 6, 7]);
      expect(store.damage?.()).to.equal(undefined);
    }),
  );

  it(
    'keeps four damaged files at most',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      for (let round = 1; round <= 7; round++) {
        await fill(levelStore(path), some(round, round));
        const [name = ''] = (await readdir(path)).filter((file) => file.endsWith('.journal'));
        const bytes = await readFile(`${path}/${name}`);
        bytes.write('?', bytes.lastIndexOf('header'));
        await writeFile(`${path}/${name}`, bytes);
        const store = levelStore(path);
        await content(store);
        expect(txns(store.damage?.()?.lost ?? [])).to.deep.equal([`txn-${round}`]);
      }
      expect((await readdir(path)).filter((name) => name.endsWith('.damaged'))).to.have.length(4);
    }),
  );

  it(
    'loses only the last record when that was not written to its end',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      await fill(levelStore(path), some(1, 6));
      const { length } = await readFile(`${path}/00000001.journal`);
      await truncate(`${path}/00000001.journal`, length - 3);
      const store = levelStore(path);
      expect(orders(await content(store))).to.deep.equal([1, 2, 3, 4, 5]);
      expect(store.damage?.()).to.equal(undefined);
      await fill(store, some(7, 7));
      expect(orders(await content(store))).to.deep.equal([1, 2, 3, 4, 5, 7]);
      expect(store.damage?.()).to.equal(undefined);
    }),
  );

  it(
    'sets a file of a newer format aside, and says so',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      await fill(levelStore(path), some(1, 2));
      const head = '["unitlink",2]';
      await writeFile(`${path}/00000002.journal`, `\x1e${checksum(head)}${head}\nwhatever`, { mode: 0o600 });
      const store = levelStore(path);
      expect(orders(await content(store))).to.deep.equal([1, 2]);
      expect(store.damage?.()?.code).to.equal('NEWER_FORMAT');
      expect(store.damage?.()?.message).to.include('00000002.journal has format 2, this version reads up to 1');
      expect(await readFile(`${path}/00000002.journal.newer`, 'utf8')).to.include(head);
      await fill(store, some(3, 3));
      expect(orders(await content(store))).to.deep.equal([1, 2, 3]);
      expect(store.damage?.()).to.equal(undefined);
    }),
  );
});
