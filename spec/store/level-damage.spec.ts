import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { levelStore } from '../../lib/store/level-store.js';
import { expectSetAside, filled } from '../support/store-damage.js';
import { content, fill, inTemporary, messages, movedFrom, orders } from '../support/store-place.js';

const filesIn = async (path: string, kind: RegExp): Promise<string[]> =>
  (await readdir(path)).filter((name) => kind.test(name)).map((name) => `${path}/${name}`);

/** Overwrites a part of a file: from here, this many bytes; a fraction is one of the size. */
const garble = async (file: string, from: number, length: number): Promise<void> => {
  const bytes = await readFile(file);
  const start = Math.floor(from * bytes.length);
  bytes.fill(0x5a, start, Math.min(start + length, bytes.length));
  await writeFile(file, bytes);
};

const damages: readonly (readonly [string, boolean, (path: string) => Promise<void>])[] = [
  ['the log has a hole', false, async (path) => garbleAll(path, /\.log$/, 0.5)],
  ['the log begins with a hole', false, async (path) => garbleAll(path, /\.log$/, 0)],
  ['the last record of the log is garbled', false, async (path) => garbleAll(path, /\.log$/, 0.99)],
  ['the log is gone', false, async (path) => removeAll(path, /\.log$/)],
  ['a table has a hole', true, async (path) => garbleAll(path, /\.ldb$/, 0.3)],
  ['a table is cut', true, async (path) => cutAll(path, /\.ldb$/)],
  ['a table is gone', true, async (path) => removeAll(path, /\.ldb$/)],
  ['the manifest is garbled', true, async (path) => garbleAll(path, /^MANIFEST/, 0)],
  ['the manifest is cut', true, async (path) => cutAll(path, /^MANIFEST/)],
  ['the manifest is empty', true, async (path) => truncateAll(path, /^MANIFEST/)],
  ['the manifest is gone', true, async (path) => removeAll(path, /^MANIFEST/)],
  ['CURRENT is garbled', true, async (path) => garbleAll(path, /^CURRENT/, 0)],
  ['CURRENT is empty', true, async (path) => truncateAll(path, /^CURRENT/)],
  ['CURRENT is gone', true, async (path) => removeAll(path, /^CURRENT/)],
];

const garbleAll = async (path: string, kind: RegExp, from: number): Promise<void> => {
  for (const file of await filesIn(path, kind)) await garble(file, from, 60);
};
const cutAll = async (path: string, kind: RegExp): Promise<void> => {
  for (const file of await filesIn(path, kind)) await truncate(file, Math.floor((await stat(file)).size / 2));
};
const truncateAll = async (path: string, kind: RegExp): Promise<void> => {
  for (const file of await filesIn(path, kind)) await truncate(file);
};
const removeAll = async (path: string, kind: RegExp): Promise<void> => {
  for (const file of await filesIn(path, kind)) await rm(file);
};

describe('a damaged levelStore', () => {
  for (const [what, compacted, damage] of damages) {
    it(
      `is set aside when ${what}`,
      inTemporary(async (directory) => {
        const path = `${directory}/queue`;
        await filled(path, { compacted });
        await damage(path);
        await expectSetAside(path, 'CORRUPT');
      }),
    );
  }

  it(
    'is set aside with the damaged files as they were found',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      await filled(path);
      await garbleAll(path, /\.log$/, 0.5);
      const [log = ''] = await filesIn(path, /\.log$/);
      const found = await readFile(log);
      const moved = await expectSetAside(path, 'CORRUPT');
      const [kept = ''] = await filesIn(`${moved}/as-found`, /\.log$/);
      expect(found.equals(await readFile(kept))).to.equal(true);
    }),
  );

  it(
    'is made anew where the power went while it was being made, since nothing was in it',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      await mkdir(path);
      for (const [name, text] of Object.entries({
        CURRENT: 'MANIFEST-000002\n',
        'MANIFEST-000002': '',
        '000003.log': '',
      }))
        await writeFile(`${path}/${name}`, text);
      await writeFile(`${path}/creating`, '');
      await fill(levelStore(path), messages(1, 3));
      expect(orders(await content(levelStore(path)))).to.deep.equal([1, 2, 3]);
      expect(await movedFrom(path)).to.deep.equal([]);
    }),
  );

  it(
    'is set aside where something was put into it and it cannot be opened, also while it was being made',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      await filled(path);
      await writeFile(`${path}/creating`, '');
      await truncateAll(path, /^MANIFEST/);
      await expectSetAside(path, 'CORRUPT');
    }),
  );

  it(
    'loses only the last record when that was not written to its end',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      await filled(path);
      const [log = ''] = await filesIn(path, /\.log$/);
      await truncate(log, (await stat(log)).size - 3);
      expect(orders(await content(levelStore(path)))).to.deep.equal(orders(messages(1, 400)));
    }),
  );
});
