import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { expect } from 'chai';
import { levelLock, type LevelDatabase } from '../../lib/store/store-lock.js';
import { inTemporary } from '../support/store-place.js';

describe('the lock of classic-level', () => {
  it(
    'keeps a reserve, which is the room for it on a disk that is full',
    inTemporary(async (directory) => {
      const reserve = `${directory}/lock/reserve`;
      let isFull = false;
      const opened: boolean[] = [];
      class OnFullDisk implements LevelDatabase {
        open(): Promise<void> {
          const hasRoom = !isFull || !existsSync(reserve);
          opened.push(hasRoom);
          return hasRoom ? Promise.resolve() : Promise.reject(new Error('IO error: No space left on device'));
        }
        close(): Promise<void> {
          return Promise.resolve();
        }
      }
      const takeLock = levelLock({ ClassicLevel: OnFullDisk });
      const release = await takeLock(directory);
      expect(await readdir(`${directory}/lock`)).to.have.members(['LOCK', 'reserve']);
      const { size, mode } = await stat(reserve);
      expect(size).to.equal(32 * 1024);
      expect(mode & 0o777).to.equal(0o600);
      await release();
      isFull = true;
      await (
        await takeLock(directory)
      )();
      expect(opened).to.deep.equal([true, false, true]);
    }),
  );
});
