import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { levelStore } from '../../lib/store/level-store.js';
import type { StoredMessage } from '../../lib/store/types.js';
import { content, fill, inTemporary, message, messages, orders, sizesIn } from '../support/store-place.js';
import { someUpTo } from './numbers.js';

/** Copies the store at `path`, lets `damage` change the copy, and gives what is read there, and the txns that are lost. */
const readDamaged = async (
  path: string,
  damage: (copy: string) => Promise<void>,
): Promise<{ kept: readonly StoredMessage[]; lost: readonly (string | undefined)[] }> => {
  const copy = `${path}.copy`;
  await cp(path, copy, { recursive: true });
  await damage(copy);
  const store = levelStore(copy);
  const kept = await content(store);
  const lost = (store.damage?.()?.lost ?? []).map(({ txn }) => txn);
  await rm(copy, { recursive: true, maxRetries: 5 });
  return { kept, lost };
};

describe('a store whose last record is torn', () => {
  for (const [title, size] of [
    ['of 100 bytes', 100],
    ['of 70,000 bytes', 70_000],
  ] as const)
    it(
      `has all but that, wherever it is cut, ${title}`,
      inTemporary(async (directory) => {
        const path = `${directory}/queue`;
        await fill(levelStore(path), messages(1, 20));
        const [[log, whole] = ['', 0]] = Object.entries(await sizesIn(path));
        await fill(levelStore(path), [message(21, { frame: 'x'.repeat(size) })]);
        const { [log]: end = 0 } = await sizesIn(path);
        const wrong: string[] = [];
        for (const cut of someUpTo(end - whole, 150, 'cuts')) {
          const { kept, lost } = await readDamaged(path, (copy) => truncate(`${copy}/${log}`, end - cut));
          if (orders(kept).join() !== orders(messages(1, 20)).join() || lost.length > 0)
            wrong.push(`cut by ${cut} of ${end - whole}: ${orders(kept).join()}, lost ${lost.join()}`);
        }
        expect(wrong).to.deep.equal([]);
      }),
    );
});

describe('a store with bits that have changed', () => {
  const frame = (n: number) => `{"header":{"txn":"txn-${n}"},"x":"${'y'.repeat((n * 97) % 400)}"}`;
  const put = messages(1, 200).map((one) => ({ ...one, frame: frame(one.order) }));

  for (const [title, length] of [
    ['one', 0],
    ['those of a whole sector', 512],
    ['those of a whole page', 4096],
  ] as const)
    it(
      `${title}, gives or tells of every message, loses none that is not hit, and can always be opened again`,
      inTemporary(async (directory) => {
        const path = `${directory}/queue`;
        await fill(levelStore(path), put);
        const [name = ''] = Object.keys(await sizesIn(path));
        const bytes = await readFile(`${path}/${name}`);
        const wrong: string[] = [];
        let lostInAll = 0;
        for (const at of someUpTo(bytes.length, 200, 'bytes')) {
          const from = length === 0 ? at - 1 : Math.floor((at - 1) / length) * length;
          const { kept, lost } = await readDamaged(path, async (copy) => {
            const damaged = Buffer.from(bytes);
            if (length === 0) damaged.writeUInt8(damaged.readUInt8(from) ^ (1 << Math.floor(Math.random() * 8)), from);
            for (let byte = from; byte < Math.min(from + length, bytes.length); byte++)
              damaged.writeUInt8(Math.floor(Math.random() * 256), byte);
            await writeFile(`${copy}/${name}`, damaged);
          });
          const hit = put.length - kept.length;
          lostInAll += hit;
          // The shortest record takes 100 bytes.
          if (hit > 2 + length / 100 || (hit > 0 && lost.length === 0))
            wrong.push(`byte ${at}: ${hit} lost, told ${lost.join()}`);
          if (kept.some((one) => JSON.stringify(one) !== JSON.stringify(put[one.order - 1]))) wrong.push(`byte ${at}`);
        }
        console.log(`      ${lostInAll} messages lost`);
        expect(wrong).to.deep.equal([]);
      }),
    );
});
