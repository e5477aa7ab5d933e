import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { OptionError } from '../../lib/errors.js';
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

describe('levelStore', () => {
  it(
    'syncs a thousand puts of one turn once, and removals alone not at all',
    inTemporary(async (directory) => {
      const level = watchedLevel();
      const store = levelStore(`${directory}/queue`, { load: level.load });
      await store.open();
      level.written.length = 0;
      await Promise.all(messages(1, 1000).map((one) => store.put([one])));
      expect(level.written).to.deep.equal([true]);
      await store.remove(orders(messages(1, 999)));
      await store.close();
      expect(level.written).to.deep.equal([true, false]);
      expect(orders(await content(store))).to.deep.equal([1000]);
    }),
  );

  it(
    'makes the directories that are missing, for this user alone',
    inTemporary(async (directory) => {
      await fill(levelStore(`${directory}/a/b/queue`), [message(1)]);
      for (const made of ['a', 'a/b', 'a/b/queue']) {
        expect((await stat(`${directory}/${made}`)).mode & 0o777).to.equal(0o700);
      }
      expect(await readdir(`${directory}/a/b/queue`)).not.to.include.members(['as-found', 'creating']);
    }),
  );

  it(
    'refuses a path that is a file, or lies below one',
    inTemporary(async (directory) => {
      await writeFile(`${directory}/file`, 'mine');
      expect(await storeError(levelStore(`${directory}/file`).open())).to.include({
        code: 'EEXIST',
        path: `${directory}/file`,
      });
      expect((await storeError(levelStore(`${directory}/file/queue`).open())).code).to.equal('ENOTDIR');
      expect((await stat(`${directory}/file`)).size).to.equal(4);
    }),
  );

  it('refuses a place that cannot be written', async () => {
    const error = await storeError(levelStore('/proc/unitlink/queue').open());
    expect(error.code).to.equal('ENOENT');
    expect(error.message).to.match(/^the store \/proc\/unitlink\/queue cannot be opened: .*\(ENOENT\)$/);
  });

  it('refuses a path that is none', () => {
    expect(() => levelStore('')).to.throw(OptionError, 'option "path" got ""');
    expect(() => levelStore('a\0b')).to.throw(OptionError);
  });

  it(
    'refuses a directory of something else and leaves it as it is',
    inTemporary(async (directory) => {
      await writeFile(`${directory}/photo.jpg`, '');
      expect((await storeError(levelStore(directory).open())).code).to.equal('FOREIGN');
      expect(await readdir(directory)).to.include('photo.jpg');
      expect(await movedFrom(directory)).to.deep.equal([]);
    }),
  );

  it(
    'takes a directory that is there and empty but for lost+found',
    inTemporary(async (directory) => {
      await mkdir(`${directory}/lost+found`);
      await fill(levelStore(directory), [message(1)]);
      expect(orders(await content(levelStore(directory)))).to.deep.equal([1]);
    }),
  );

  it(
    'names the package that is missing',
    inTemporary(async (directory) => {
      const load = () => Promise.reject(new Error("Cannot find package 'classic-level'"));
      const error = await storeError(levelStore(`${directory}/queue`, { load }).open());
      expect(error.code).to.equal('MISSING_PACKAGE');
      expect(error.message).to.include('npm install classic-level');
      expect(await readdir(directory)).to.deep.equal([]);
    }),
  );
});
