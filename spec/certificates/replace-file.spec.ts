import { readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { isUnfinished, replaceFile } from '../../lib/certificates/replace-file.js';
import { failingDisk } from '../support/failing-disk.js';
import { inTemporary } from '../support/temporary.js';

describe('replaceFile', () => {
  it(
    'puts a text in the place of a file, for this user alone, whatever its rights were',
    inTemporary(async (directory) => {
      await mkdir(directory);
      const path = join(directory, 'key.pem');
      await writeFile(path, 'old', { mode: 0o644 });
      await chmod(path, 0o644);
      await replaceFile(path, 'new');
      expect(await readFile(path, 'utf8')).to.equal('new');
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
      expect(await readdir(directory)).to.deep.equal(['key.pem']);
    }),
  );

  it(
    'has the text on the disk before it takes the place of the old one, and then the name',
    inTemporary(async (directory) => {
      await mkdir(directory);
      const path = join(directory, 'key.pem');
      await writeFile(path, 'old');
      const disk = await failingDisk();
      try {
        const there: string[] = [];
        disk.watch('sync', () => there.push(readFileSync(path, 'utf8')));
        await replaceFile(path, 'new');
        expect(there).to.deep.equal(['old', 'new']);
      } finally {
        disk.restore();
      }
    }),
  );

  it(
    'leaves nothing of the text where it fails',
    inTemporary(async (directory) => {
      const path = join(directory, 'key.pem');
      await mkdir(join(path, 'taken'), { recursive: true });
      const error: unknown = await replaceFile(path, 'new').catch((cause: unknown) => cause);
      expect(error).to.have.property('code').that.is.oneOf(['EISDIR', 'ENOTEMPTY', 'EEXIST', 'EPERM']);
      expect(await readdir(directory)).to.deep.equal(['key.pem']);
    }),
  );

  it('knows its own files from others', () => {
    expect(isUnfinished('main.online.pem.123-4.tmp')).to.equal(true);
    expect(['main.online.pem', 'notes.tmp', 'main.online.pem.tmp'].filter(isUnfinished)).to.deep.equal([]);
  });
});
