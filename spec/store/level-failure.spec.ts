import { execFileSync } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { expect } from 'chai';
import { ClassicLevel } from 'classic-level';
import { levelStore } from '../../lib/store/level-store.js';
import {
  content,
  fill,
  inTemporary,
  message,
  messages,
  movedFrom,
  orders,
  storeError,
  watchedLevel,
} from '../support/store-place.js';

const mounted = (directory: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const ioError = (text: string): Error => Object.assign(new Error(text), { code: 'LEVEL_IO_ERROR' });

describe('a levelStore whose disk fails', () => {
  it(
    'rejects the puts of the batch, and opens the database anew for the next one',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      const level = watchedLevel();
      const store = levelStore(path, { load: level.load });
      await fill(store, [message(1)]);
      await store.open();
      const opened = level.opened;
      level.failure = ioError('IO error: 000003.log: No space left on device');
      const errors = await Promise.all([storeError(store.put([message(2)])), storeError(store.put([message(3)]))]);
      expect(errors.map(({ code }) => code)).to.deep.equal(['ENOSPC', 'ENOSPC']);
      expect(errors[0].message).to.equal(
        `the store ${path} cannot be written: IO error: 000003.log: No space left on device (ENOSPC)`,
      );
      expect(errors[0].cause).to.equal(level.failure);
      delete level.failure;
      await store.put([message(4)]);
      expect(level.opened).to.equal(opened + 1);
      await store.close();
      expect(orders(await content(store))).to.deep.equal([1, 4]);
    }),
  );

  it(
    'has not what it refused, also where the process ends with nothing written any more',
    inTemporary(async (directory) => {
      const level = watchedLevel();
      const store = levelStore(`${directory}/queue`, { load: level.load });
      await fill(store, [message(1)]);
      await store.open();
      await store.put([message(2)]);
      level.late = true;
      level.failure = ioError('IO error: Input/output error');
      await Promise.all([storeError(store.put([message(3)])), storeError(store.put([message(4)]))]);
      await cp(`${directory}/queue`, `${directory}/left`, { recursive: true });
      expect(orders(await content(levelStore(`${directory}/left`)))).to.deep.equal([1, 2]);
      expect((await storeError(levelStore(`${directory}/queue`).open())).code).to.equal('LOCKED');
      delete level.failure;
      await store.put([message(5)]);
      await store.close();
      expect(orders(await content(store))).to.deep.equal([1, 2, 5]);
    }),
  );

  it(
    'closes all the same, and has then what was accepted',
    inTemporary(async (directory) => {
      const level = watchedLevel();
      const store = levelStore(`${directory}/queue`, { load: level.load });
      await fill(store, [message(1), message(2)]);
      await store.open();
      level.failure = ioError('IO error: Input/output error');
      expect((await storeError(store.put([message(3)]))).code).to.equal('EIO');
      await store.remove([1]);
      await store.close();
      delete level.failure;
      expect(orders(await content(store))).to.deep.equal([1, 2]);
    }),
  );

  it(
    'keeps what it accepted on a disk that is full for a while',
    inTemporary(async (directory) => {
      const disk = `${directory}/disk`;
      await mkdir(disk);
      const level = watchedLevel();
      const small = mounted(disk);
      try {
        const store = levelStore(`${disk}/queue`, { load: level.load });
        await store.open();
        const accepted: number[] = [];
        let full = 0;
        for (const one of messages(1, 60)) {
          // Where nothing can be mounted, the disk is said to be full after the thirtieth.
          if (!small && one.order === 30) level.failure = ioError('IO error: No space left on device');
          const put = store.put([{ ...one, frame: frameOf(one.order) }]);
          await put.then(
            () => accepted.push(one.order),
            (error: unknown) => {
              full++;
              expect(error).to.include({ code: 'ENOSPC' });
            },
          );
        }
        expect(full).to.be.greaterThan(0);
        delete level.failure;
        if (small) execFileSync('mount', ['-o', 'remount,size=16m', disk]);
        await store.put([message(100)]);
        await store.close();
        expect(orders(await content(store))).to.deep.equal([...accepted, 100]);
        expect(await movedFrom(`${disk}/queue`)).to.deep.equal([]);
      } finally {
        if (small) execFileSync('umount', ['-l', disk]);
      }
    }),
  );

  it(
    'moves its files into a directory inside where it cannot be renamed',
    inTemporary(async (directory) => {
      const disk = `${directory}/disk`;
      await mkdir(disk);
      const small = mounted(disk);
      try {
        // Where nothing can be mounted, a name that is taken refuses the rename as well.
        const mark = 'corrupt-1970-01-01T00-00-00.000Z';
        if (!small) await mkdir(`${disk}.${mark}/taken`, { recursive: true });
        const store = levelStore(disk, { now: () => 0 });
        await fill(store, [message(1)]);
        const raw = new ClassicLevel(disk);
        await raw.put('format', '?');
        await raw.close();
        expect((await storeError(store.open())).message).to.include(`it was moved to ${disk}/${mark}`);
        expect(await content(store)).to.deep.equal([]);
      } finally {
        if (small) execFileSync('umount', ['-l', disk]);
      }
    }),
  );
});

/** Text that does not compress. */
const frameOf = (order: number): string => {
  let seed = order;
  return Array.from({ length: 30_000 }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return String.fromCharCode(33 + ((seed >>> 16) % 90));
  }).join('');
};
