import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { levelStore } from '../../lib/store/level-store.js';
import { checksum } from '../../lib/store/record.js';
import { content, fill, inTemporary, messages, orders } from '../support/store-place.js';

const frame = (n: number) => `{"header":{"txn":"txn-${n}"},"data":"${'x'.repeat((n * 37) % 300)}"}`;
const some = (from: number, to: number) => messages(from, to).map((one) => ({ ...one, frame: frame(one.order) }));
const txns = (all: readonly { readonly txn: string | undefined }[]) => all.map(({ txn }) => txn);

describe('a fileStore that was damaged', () => {
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
      for (let round = 1; round <= 5; round++) {
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

  it(
    'tells of no message that was removed, or put again, after its record was damaged',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      const store = levelStore(path);
      await store.open();
      await store.put(some(1, 4));
      await store.put(some(3, 3)); // as a journal is that was moved on in part when the process ended
      await store.put(some(5, 5));
      await store.remove([2]);
      await store.close();
      const file = `${path}/00000001.journal`;
      const bytes = await readFile(file);
      for (const n of [2, 3, 4]) bytes.write('?', bytes.indexOf(frame(n)) + 5);
      await writeFile(file, bytes);
      expect(orders(await content(store))).to.deep.equal([1, 3, 5]);
      expect(txns(store.damage?.()?.lost ?? [])).to.deep.equal(['txn-4']);
    }),
  );

  it(
    'tells of a part without any txn that can be read, and of each txn in one',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      for (const [damage, lost] of [
        ['?', [undefined]],
        ['?"txn":"a" ? "txn":"b"', ['a', 'b']],
      ] as const) {
        await fill(levelStore(path), some(1, 2));
        const names = (await readdir(path)).filter((name) => name.endsWith('.journal'));
        const file = `${path}/${names.at(-1) ?? ''}`;
        const bytes = await readFile(file);
        const at = bytes.lastIndexOf('\x1e');
        await writeFile(
          file,
          Buffer.concat([bytes.subarray(0, at), Buffer.from(`\x1e${damage}\n`), bytes.subarray(at)]),
        );
        const store = levelStore(path);
        expect(orders(await content(store))).to.deep.equal([1, 2]);
        expect(txns(store.damage?.()?.lost ?? [])).to.deep.equal(lost);
      }
    }),
  );
});
