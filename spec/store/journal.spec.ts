import { appendFile, readdir, readFile, stat } from 'node:fs/promises';
import { expect } from 'chai';
import { encodeFormat } from '../../lib/store/journal-record.js';
import { openJournal, type Journal } from '../../lib/store/journal.js';
import { readJournal } from '../../lib/store/read-journal.js';
import type { StoredMessage } from '../../lib/store/types.js';
import { failingDisk } from '../support/failing-disk.js';
import { inTemporary, message, sizesIn } from '../support/store-place.js';

describe('a journal', () => {
  const megabyte = 1024 * 1024;
  const empty = Buffer.byteLength(encodeFormat());
  const open = async (directory: string): Promise<Journal> =>
    openJournal(directory, await readJournal(directory), () => 0);
  const kept = async (directory: string): Promise<readonly StoredMessage[]> =>
    [...(await readJournal(directory)).kept.values()]
      .map(({ message: one }) => one)
      .sort((one, other) => one.order - other.order);
  const bytesIn = async (directory: string): Promise<number> =>
    Object.values(await sizesIn(directory)).reduce((sum, size) => sum + size, 0);
  const large = (order: number): StoredMessage =>
    message(order, { frame: String(order % 10).repeat(megabyte / 2 + order) });

  it(
    'that holds nothing takes no room once it is opened, also where the process that wrote it was killed',
    inTemporary(async (directory) => {
      const sizeOf = async () => (await stat(`${directory}/00000001.journal`)).size;
      const killed = await open(directory);
      await killed.write([message(1)], []);
      await killed.write([], [1]);
      expect(await sizeOf()).to.be.above(empty);
      const next = await open(directory);
      expect(await sizeOf()).to.equal(empty);
      await next.close();
      await killed.close();
    }),
  );

  it(
    'stays small under steady traffic, with what is kept for long whole and in it once',
    inTemporary(async (directory) => {
      const long = [message(0), message(1), large(9)];
      let journal = await open(directory);
      await journal.write(long.slice(0, 2), []);
      let largest = 0;
      for (let order = 2; order < 18; order++) {
        if (order === 5) {
          await journal.close(); // what was written before it was opened counts as well
          journal = await open(directory);
        }
        await journal.write([large(order)], order > 2 && order !== 10 ? [order - 1] : []);
        largest = Math.max(largest, await bytesIn(directory));
      }
      await journal.write([], [17]);
      expect(largest).to.be.below(7 * megabyte); // of 8 MiB: what is kept, as much again, 4 MiB, and the latest file
      expect(await kept(directory)).to.deep.equal(long);
      await journal.write([], [0, 1, 9]);
      await journal.close();
      expect(await sizesIn(directory)).to.satisfy((sizes: object) => Object.values(sizes).join() === String(empty));
    }),
  );

  it(
    'writes no message again while little of what it holds was removed',
    inTemporary(async (directory) => {
      const journal = await open(directory);
      for (let order = 1; order < 7; order++) await journal.write([large(order)], order > 2 ? [order - 1] : []);
      await journal.close();
      expect((await kept(directory)).map(({ order }) => order)).to.deep.equal([1, 6]);
      expect(await bytesIn(directory)).to.be.above(3 * megabyte);
    }),
  );

  it(
    'gives its room back where all is removed and that was much',
    inTemporary(async (directory) => {
      const journal = await open(directory);
      await journal.write([large(1), large(2), large(3)], []);
      await journal.write([], [1, 2, 3]);
      expect(await bytesIn(directory)).to.equal(empty);
      await journal.close();
    }),
  );

  it(
    'gives its room back where all is removed after a write that the disk refused',
    inTemporary(async (directory) => {
      const journal = await open(directory);
      await journal.write([message(1, { frame: 'x'.repeat(1000) })], []);
      const disk = await failingDisk();
      try {
        disk.fail('write', 'ENOSPC');
        const refused = await journal.write([message(2)], []).catch((cause: unknown) => cause);
        expect(refused).to.have.property('code', 'ENOSPC');
      } finally {
        disk.restore();
      }
      expect((await kept(directory)).map(({ order }) => order)).to.deep.equal([1]);
      await journal.write([], [1]);
      expect(await bytesIn(directory)).to.equal(empty);
      await journal.write([message(3)], []);
      expect(await kept(directory)).to.deep.equal([message(3)]);
      await journal.close();
    }),
  );

  it(
    'goes on behind what the disk took only in part',
    inTemporary(async (directory) => {
      const journal = await open(directory);
      await journal.write([message(1)], []);
      await journal.close();
      await appendFile(`${directory}/00000001.journal`, '\x1e12345678[2,0,40,"torn'.repeat(10));
      const next = await open(directory);
      await next.write([message(3)], []);
      expect(await kept(directory)).to.deep.equal([message(1), message(3)]);
      expect(await readFile(`${directory}/00000001.journal`, 'utf8')).not.to.include('torn');
      await next.close();
      expect(await readdir(directory)).to.deep.equal(['00000001.journal']);
    }),
  );
});
