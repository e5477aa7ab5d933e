import { cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { StoreError } from '../../lib/errors.js';
import { levelStore } from '../../lib/store/level-store.js';
import type { StoredMessage } from '../../lib/store/types.js';
import { content, inTemporary, message, messages, orders } from '../support/store-place.js';
import { someUpTo } from './numbers.js';

/** Copies the store at `path`, lets `damage` change the copy, and gives what is read there, or the code of the error. */
const readDamaged = async (
  path: string,
  damage: (copy: string) => Promise<void>,
): Promise<readonly StoredMessage[] | string> => {
  const parent = `${path}.copy`;
  const copy = join(parent, 'queue');
  await mkdir(parent);
  await cp(path, copy, { recursive: true });
  await damage(copy);
  try {
    return await content(levelStore(copy));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return (await readdir(parent)).includes('queue') ? `${error.message}, and left there` : error.code;
  } finally {
    await rm(parent, { recursive: true });
  }
};

const logIn = async (path: string): Promise<string> =>
  (await readdir(path)).find((name) => name.endsWith('.log')) ?? '';

describe('a store whose last record is torn', () => {
  for (const [title, size] of [
    ['of 100 bytes', 100],
    ['of 70,000 bytes, over several blocks', 70_000],
  ] as const)
    it(
      `has all but that, wherever it is cut, ${title}`,
      inTemporary(async (directory) => {
        const path = `${directory}/queue`;
        const store = levelStore(path);
        await store.open();
        await store.put(messages(1, 20));
        const log = await logIn(path);
        const { size: whole } = await stat(join(path, log));
        await store.put([message(21, { frame: 'x'.repeat(size) })]);
        const { size: end } = await stat(join(path, log));
        const lost: string[] = [];
        for (const cut of someUpTo(end - whole, 150, 'cuts')) {
          const kept = await readDamaged(path, (copy) => truncate(join(copy, log), end - cut));
          const found = typeof kept === 'string' ? kept : orders(kept).join();
          if (found !== orders(messages(1, 20)).join()) lost.push(`cut by ${cut} of ${end - whole}: ${found}`);
        }
        await store.close();
        expect(lost).to.deep.equal([]);
      }),
    );
});

// In a table a flipped bit may end the process in an assertion of LevelDB, which reads tables without their checksums.
describe('a store with a flipped bit in its log', () => {
  it(
    'is set aside, or gives what was put, up to some message: never anything else',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      const put = Array.from({ length: 12 }, (_, at) => message(at + 1, { frame: `{"x":"${'y'.repeat(at * 9)}"}` }));
      const store = levelStore(path);
      await store.open();
      for (const one of put) await store.put([one]);
      await store.close();
      const wrong: string[] = [];
      const outcomes = new Map<string, number>();
      for (const name of (await readdir(path)).filter((file) => /^(CURRENT|MANIFEST.*|\d+\.log)$/.test(file))) {
        const bytes = await readFile(join(path, name));
        for (const at of someUpTo(bytes.length, 100, `bytes of ${name}`)) {
          const kept = await readDamaged(path, async (copy) => {
            const flipped = Buffer.from(bytes);
            flipped.writeUInt8(flipped.readUInt8(at - 1) ^ (1 << Math.floor(Math.random() * 8)), at - 1);
            await writeFile(join(copy, name), flipped);
          });
          const right = typeof kept === 'string' ? ['CORRUPT'] : [JSON.stringify(put.slice(0, kept.length))];
          if (!right.includes(typeof kept === 'string' ? kept : JSON.stringify(kept)))
            wrong.push(`byte ${at} of ${name}: ${JSON.stringify(kept)}`);
          // A length that points beyond the end looks like a record that was not written to its end.
          const outcome = typeof kept === 'string' ? kept : kept.length === put.length ? 'whole' : 'cut off';
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        }
      }
      console.log(`      ${[...outcomes].map(([outcome, times]) => `${times} ${outcome}`).join(', ')}`);
      expect(wrong).to.deep.equal([]);
    }),
  );
});
