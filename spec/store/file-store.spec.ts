import fs from 'node:fs';
import { chmod, lchown, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { expect } from 'chai';
import sinon from 'sinon';
import { OptionError } from '../../lib/errors.js';
import { fileStore } from '../../lib/store/file-store.js';
import { levelStore } from '../../lib/store/level-store.js';
import { failingDisk } from '../support/failing-disk.js';
import { sqliteLocked } from '../support/sqlite-locked.js';
import {
  content,
  fill,
  inTemporary,
  message,
  messages,
  optionError,
  orders,
  storeError,
} from '../support/store-place.js';

describe('fileStore', () => {
  it(
    'syncs a thousand puts of one turn once, and removals alone not at all',
    inTemporary(async (directory) => {
      const store = fileStore(`${directory}/queue`);
      await store.open();
      const disk = await failingDisk();
      try {
        const synced = disk.count('datasync');
        await Promise.all(messages(1, 1000).map((one) => store.put([one])));
        expect(synced.callCount).to.equal(1);
        await store.remove(orders(messages(1, 999)));
        await store.close();
        expect(synced.callCount).to.equal(1);
      } finally {
        disk.restore();
      }
      expect(orders(await content(store))).to.deep.equal([1000]);
    }),
  );

  for (const [lock, make] of [
    ['LevelDB', levelStore],
    ['SQLite', sqliteLocked],
  ] as const)
    it(
      `makes directories and files for this user alone, whatever the umask, with the lock of ${lock}`,
      inTemporary(async (directory) => {
        for (const umask of [0, 0o277]) {
          const before = process.umask(umask);
          try {
            const store = make(`${directory}/${umask}/b/queue`);
            await store.open();
            await store.put([message(1)]);
            for (const made of ['', '/b', '/b/queue', '/b/queue/lock'])
              expect((await stat(`${directory}/${umask}${made}`)).mode & 0o777, made).to.equal(0o700);
            for (const file of await filesUnder(`${directory}/${umask}`))
              expect((await stat(file)).mode & 0o777, file).to.equal(0o600);
            await store.close();
          } finally {
            process.umask(before);
          }
        }
      }),
    );

  it(
    'refuses what is open to others, and says how to close it',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      await fill(fileStore(path), [message(1)]);
      for (const [name, mode] of [
        ['', 0o750],
        ['/00000001.journal', 0o604],
        ['/lock', 0o705],
        ['/lock/LOCK', 0o640],
      ] as const) {
        const { mode: closed } = await stat(path + name);
        await chmod(path + name, mode);
        const error = await optionError(fileStore(path).open());
        expect(error.message).to.include(`is open to others (mode ${mode.toString(8)})`);
        expect(error.message).to.include(`close it: chmod ${(closed & 0o777).toString(8)} ${path}${name}`);
        await chmod(path + name, closed & 0o777);
      }
      expect(orders(await content(fileStore(path)))).to.deep.equal([1]);
    }),
  );

  it(
    'follows no link in its directory',
    inTemporary(async (directory) => {
      await writeFile(`${directory}/victim`, 'mine', { mode: 0o600 });
      for (const name of ['00000001.journal', '00000007.journal', 'lock/LOCK']) {
        const path = `${directory}/${name.replace('/', '-')}`;
        await mkdir(`${path}/lock`, { recursive: true, mode: 0o700 });
        await symlink(`${directory}/victim`, `${path}/${name}`);
        expect((await optionError(fileStore(path).open())).message).to.include('is no plain file');
        expect((await lstat(`${path}/${name}`)).isSymbolicLink()).to.equal(true);
      }
      await mkdir(`${directory}/link`, { mode: 0o700 });
      await mkdir(`${directory}/elsewhere`, { mode: 0o700 });
      await symlink(`${directory}/elsewhere`, `${directory}/link/lock`);
      expect((await optionError(fileStore(`${directory}/link`).open())).message).to.include('is no directory');
      expect(await readdir(`${directory}/elsewhere`)).to.deep.equal([]);
      expect(await readFile(`${directory}/victim`, 'utf8')).to.equal('mine');
    }),
  );

  it(
    'follows a link of this user or of root to its directory, and none of another user',
    inTemporary(async (directory) => {
      await mkdir(`${directory}/queue`, { mode: 0o700 });
      const link = `${directory}/link`;
      await symlink(`${directory}/queue`, link);
      await fill(fileStore(link), [message(1)]);
      expect(orders(await content(fileStore(link)))).to.deep.equal([1]);
      if (process.geteuid?.() !== 0) return; // nobody else can give a link away
      const user = sinon.stub(process, 'geteuid').returns(65_533);
      expect(orders(await content(fileStore(link))).length).to.equal(1);
      user.restore();
      await lchown(link, 65_534, 65_534);
      const { message: text } = await optionError(fileStore(link).open());
      expect(text).to.include('is a link that belongs to another user');
    }),
  );

  it(
    'refuses at once what can never be a store: a file, a place below one, and one that cannot be made',
    inTemporary(async (directory) => {
      await writeFile(`${directory}/file`, 'mine');
      for (const [path, why] of [
        [`${directory}/file`, 'is no directory'],
        [`${directory}/file/queue`, 'ENOTDIR'],
        ['/proc/unitlink/queue', 'ENOENT'],
      ] as const) {
        expect(() => fileStore(path).check?.())
          .to.throw(OptionError)
          .with.property('message')
          .that.includes(`option "store" got ${JSON.stringify(path)}, which is `)
          .and.includes(why);
        await optionError(fileStore(path).open());
      }
      expect(await readFile(`${directory}/file`, 'utf8')).to.equal('mine');
    }),
  );

  it(
    'takes a disk that is full, or has no room for a directory, as one that may have room later',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      const made = sinon.stub(fs, 'mkdirSync').throws(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
      syncBuiltinESMExports();
      try {
        expect(() => fileStore(path).check?.()).not.to.throw();
        expect((await storeError(fileStore(path).open())).code).to.equal('ENOSPC');
      } finally {
        made.restore();
        syncBuiltinESMExports();
      }
      await fill(fileStore(path), [message(1)]);
    }),
  );

  it('refuses a path that is none', () => {
    expect(() => fileStore('')).to.throw(OptionError, 'option "path" got ""');
    expect(() => levelStore('a\0b')).to.throw(OptionError);
  });

  it(
    'refuses a directory of something else and leaves it as it is',
    inTemporary(async (directory) => {
      await writeFile(`${directory}/photo.jpg`, '');
      expect((await optionError(fileStore(directory).open())).message).to.include(
        'files of something else (photo.jpg)',
      );
      expect(await readdir(directory)).to.deep.equal(['photo.jpg']);
    }),
  );

  it(
    'takes a directory that is there and empty but for lost+found',
    inTemporary(async (directory) => {
      await mkdir(`${directory}/lost+found`);
      await fill(fileStore(directory), [message(1)]);
      expect(orders(await content(fileStore(directory)))).to.deep.equal([1]);
    }),
  );

  it(
    'names the package that is missing, and makes nothing',
    inTemporary(async (directory) => {
      const load = () => {
        throw new Error("Cannot find package 'classic-level'");
      };
      const store = levelStore(`${directory}/queue`, { load });
      expect(() => store.check?.()).to.throw(OptionError, 'npm install classic-level');
      expect((await optionError(store.open())).message).to.equal(
        'option "store" got levelStore without the package classic-level, it takes Node 22.13 or newer, or the package ' +
          'classic-level: npm install classic-level',
      );
      expect(await readdir(directory)).to.deep.equal([]);
    }),
  );
});

const filesUnder = async (directory: string): Promise<string[]> =>
  (await readdir(directory, { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
