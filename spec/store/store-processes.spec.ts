import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { levelStore } from '../../lib/store/level-store.js';
import type { Store } from '../../lib/store/types.js';
import { sqliteLocked } from '../support/sqlite-locked.js';
import { content, inTemporary, message, orders, storeError } from '../support/store-place.js';

const childFile = fileURLToPath(new URL('../support/store-child.js', import.meta.url));

interface Child {
  readonly process: ChildProcess;
  /** What it printed whole so far. */
  readonly lines: () => string[];
  readonly printed: (count: number) => Promise<void>;
  readonly kill: () => Promise<unknown>;
}

const startChild = (...args: string[]): Child => {
  const child = spawn(process.execPath, [childFile, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (some: string) => (text += some));
  const lines = () => text.split('\n').slice(0, -1);
  const printed = async (count: number) => {
    while (lines().length < count) await once(child.stdout, 'data');
  };
  const kill = () => {
    child.kill('SIGKILL');
    return closed;
  };
  return { process: child, lines, printed, kill };
};

for (const [lock, make] of [
  ['LevelDB', levelStore],
  ['SQLite', sqliteLocked],
] as const)
  describe(`a store among processes, locked by ${lock}`, () => {
    it(
      'is refused to a second unit of the process under every name of it, and to other processes meanwhile',
      inTemporary(async (directory) => {
        const path = `${directory}/a/queue`;
        const first = make(path);
        await first.open();
        await first.put([message(1)]);
        await symlink(`${directory}/a`, `${directory}/link`);
        await symlink(path, `${directory}/queue`);
        for (const name of [
          ...[path, `${path}/`, `${directory}/a/.//queue`, `${directory}/link/queue`, `${directory}/queue`],
          relative(process.cwd(), path),
        ])
          expect((await storeError(make(name).open())).code, name).to.equal('LOCKED');
        const child = startChild(path, lock, 'once');
        await child.printed(1);
        await child.kill();
        expect(child.lines()).to.deep.equal(['LOCKED']);
        await first.put([message(2)]);
        await first.close();
        expect(orders(await content(make(path)))).to.deep.equal([1, 2]);
      }),
    );

    it(
      'goes to one of twenty processes that open it at the same moment',
      inTemporary((directory) => expectOneOfTwenty(`${directory}/queue`, [lock], make)),
    );

    it(
      'refuses what another process uses, and harms nothing there',
      inTemporary(async (directory) => {
        const path = `${directory}/queue`;
        const { lines, printed, kill } = startChild(path, lock);
        await printed(20);
        for (const other of [levelStore(path), sqliteLocked(path)]) {
          const error = await storeError(other.open());
          expect(error.message).to.equal(
            `the store ${path} is in use by another process, or by another unit of this one`,
          );
        }
        await printed(lines().length + 20);
        await kill();
        expect(await content(make(path))).to.have.length.of.at.least(lines().length - 1);
      }),
    );

    it(
      'keeps all that was accepted when the process is killed, whenever that is',
      inTemporary(async (directory) => {
        const path = `${directory}/queue`;
        const accepted = new Set<string>();
        for (let round = 0; round < 5; round++) {
          const { lines, printed, kill } = startChild(path, lock);
          await printed(round === 0 ? 0 : 1 + Math.floor(Math.random() * 400));
          await kill();
          for (const line of lines()) if (line !== 'open') accepted.add(line);
          const store = make(path);
          const kept = await content(store);
          expect(store.damage?.()).to.equal(undefined);
          const txns = new Set(kept.map(({ txn }) => txn));
          expect([...accepted].filter((txn) => !txns.has(txn))).to.deep.equal([]);
          expect(orders(kept)).to.deep.equal([...orders(kept)].sort((a, b) => a - b));
        }
        expect(accepted.size).to.be.greaterThan(0);
      }),
    );
  });

/** Twenty processes open the store at the same moment; one gets it, and what it puts is there when all are killed. */
const expectOneOfTwenty = async (
  path: string,
  locks: readonly string[],
  make: (path: string) => Store,
): Promise<void> => {
  const children = Array.from({ length: 20 }, (_, n) => startChild(path, locks[n % locks.length] ?? '', 'once'));
  await Promise.all(
    children.map(async ({ printed, lines }) => {
      await printed(1);
      if (lines()[0] === 'open') await printed(2);
    }),
  );
  await Promise.all(children.map(({ kill }) => kill()));
  const winners = children.filter(({ lines }) => lines()[0] === 'open');
  expect(winners).to.have.length(1);
  expect(children.filter(({ lines }) => lines()[0] === 'LOCKED')).to.have.length(19);
  expect((await content(make(path))).map(({ txn }) => txn)).to.deep.equal([winners[0]?.lines()[1]]);
};

describe('the locks of LevelDB and SQLite', () => {
  it(
    'see each other, also where twenty processes open the store at the same moment',
    inTemporary((directory) => expectOneOfTwenty(`${directory}/queue`, ['LevelDB', 'SQLite'], levelStore)),
  );
});

describe('the lock of LevelDB', () => {
  it(
    'is taken all the same where a kill has left the database behind it, and bits of that have changed',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      await mkdir(`${path}/lock`, { recursive: true, mode: 0o700 });
      await writeFile(`${path}/lock/CURRENT`, 'MANIFEST-000002\n');
      await writeFile(`${path}/lock/MANIFEST-000002`, 'garbage');
      const store = levelStore(path);
      await store.open();
      await store.close();
      expect((await readFile(`${path}/lock/LOCK`)).length).to.equal(0);
    }),
  );
});
