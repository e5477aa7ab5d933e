import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { fileStore } from '../../lib/store/file-store.js';
import { levelStore } from '../../lib/store/level-store.js';
import { failingDisk } from '../support/failing-disk.js';
import { sqliteLocked } from '../support/sqlite-locked.js';
import { content, fill, inTemporary, message, messages, orders, storeError } from '../support/store-place.js';

/** Mounts a disk of this size; false where this user may not. */
const mounted = (directory: string, size: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const withFailingDisk = (test: (directory: string, disk: Awaited<ReturnType<typeof failingDisk>>) => Promise<void>) =>
  inTemporary(async (directory) => {
    const disk = await failingDisk();
    try {
      await test(directory, disk);
    } finally {
      disk.restore();
    }
  });

const big = (order: number) => message(order, { frame: String(order).repeat(20_000) });

describe('a fileStore whose disk fails', () => {
  for (const [call, code] of [
    ['write', 'ENOSPC'],
    ['datasync', 'EIO'],
  ] as const)
    it(
      `rejects the puts of the batch when ${call} fails, has nothing of them on disk, and takes the next`,
      withFailingDisk(async (directory, disk) => {
        const store = fileStore(`${directory}/queue`);
        await fill(store, [message(1)]);
        await store.open();
        await store.put([message(2)]);
        disk.fail(call, code);
        const errors = await Promise.all([storeError(store.put([message(3)])), storeError(store.put([message(4)]))]);
        expect(errors.map((error) => error.code)).to.deep.equal([code, code]);
        expect(errors[0].message).to.equal(
          `the store ${directory}/queue cannot be written: ${code}: ${call} (${code})`,
        );
        // As it is where the process ends at once.
        await cp(`${directory}/queue`, `${directory}/left`, { recursive: true });
        disk.restore();
        expect(orders(await content(fileStore(`${directory}/left`)))).to.deep.equal([1, 2]);
        await store.put([message(5)]);
        await store.close();
        expect(orders(await content(store))).to.deep.equal([1, 2, 5]);
        expect(store.damage?.()).to.equal(undefined);
      }),
    );

  it(
    'takes back what it refused before it writes on, where the disk refused even that',
    withFailingDisk(async (directory, disk) => {
      const store = fileStore(`${directory}/queue`);
      await store.open();
      await store.put([message(1)]);
      disk.fail('datasync', 'EIO');
      disk.fail('truncate', 'EIO');
      expect((await storeError(store.put([2, 3, 4].map(big)))).code).to.equal('EIO');
      disk.restore();
      await store.put([message(5)]);
      await cp(`${directory}/queue`, `${directory}/left`, { recursive: true });
      expect(orders(await content(fileStore(`${directory}/left`)))).to.deep.equal([1, 5]);
      await store.close();
    }),
  );

  it(
    'brings nothing back that was removed while a damaged file could not be written anew',
    withFailingDisk(async (directory, disk) => {
      const store = fileStore(`${directory}/queue`);
      await fill(store, messages(1, 3));
      const file = `${directory}/queue/00000001.journal`;
      const bytes = await readFile(file);
      bytes.write('?', bytes.indexOf(message(2).frame) + 1);
      await writeFile(file, bytes);
      disk.fail('write', 'ENOSPC');
      expect(orders(await store.open())).to.deep.equal([1, 3]);
      disk.restore();
      await store.remove([1, 3]);
      await store.put([message(4)]);
      await store.remove([4]);
      await store.close();
      expect(await content(store)).to.deep.equal([]);
    }),
  );

  it(
    'can be opened once the disk works again, where it failed to open',
    withFailingDisk(async (directory, disk) => {
      const store = fileStore(`${directory}/queue`);
      await fill(store, [message(1)]);
      disk.fail('truncate', 'EIO');
      expect((await storeError(store.open())).code).to.equal('EIO');
      disk.restore();
      expect(orders(await content(store))).to.deep.equal([1]);
    }),
  );

  it(
    'gives the disk free once it holds nothing, though nothing can be written',
    withFailingDisk(async (directory, disk) => {
      const path = `${directory}/queue`;
      const store = fileStore(path);
      await store.open();
      await store.put(messages(1, 8).map(({ order }) => big(order)));
      disk.fail('write', 'ENOSPC');
      await storeError(store.put([message(9)]));
      await store.remove(orders(messages(1, 8)));
      await store.close();
      disk.restore();
      expect(await content(store)).to.deep.equal([]);
    }),
  );

  for (const [lock, make] of [
    ['LevelDB', levelStore],
    ['SQLite', sqliteLocked],
  ] as const)
    it(
      `is used again once a disk that it filled holds nothing more of it, also after a restart, locked by ${lock}`,
      withFailingDisk(async (directory, disk) => {
        const path = `${directory}/disk`;
        await mkdir(path, { mode: 0o700 });
        const small = mounted(path, '1m');
        try {
          let store = make(path);
          await store.open();
          let order = 0;
          for (const round of [0, 1, 2, 3]) {
            const accepted: number[] = [];
            let code: string | undefined;
            for (const first = order; code === undefined && order < first + 100; order++) {
              // Where nothing can be mounted, the disk is said to be full after the thirtieth.
              if (!small && order === first + 30) disk.fail('write', 'ENOSPC');
              await store.put([big(order)]).then(
                () => accepted.push(order),
                (error: unknown) => {
                  ({ code } = error as { code: string });
                },
              );
            }
            expect(code).to.equal('ENOSPC');
            expect(accepted).to.have.length.of.at.least(8);
            if (round % 2 === 1) {
              // A restart on the full disk.
              await store.close();
              store = make(path);
              expect(orders(await store.open())).to.deep.equal(accepted);
            }
            await store.remove(accepted);
            disk.restore();
          }
          await store.close();
          expect(await content(store)).to.deep.equal([]);
        } finally {
          if (small) execFileSync('umount', ['-l', path]);
        }
      }),
    );
});
