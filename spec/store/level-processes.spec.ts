import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { levelStore } from '../../lib/store/level-store.js';
import { content, inTemporary, message, movedFrom, orders, storeError } from '../support/store-place.js';

const childFile = fileURLToPath(new URL('../support/store-child.js', import.meta.url));

/** A process that fills the store at this path until it is killed; `lines` gives what it printed whole so far. */
const fillingChild = (
  path: string,
): { child: ChildProcess; lines: () => string[]; printed: (count: number) => Promise<void> } => {
  const child = spawn(process.execPath, [childFile, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (some: string) => (text += some));
  const lines = () => text.split('\n').slice(0, -1);
  const printed = async (count: number) => {
    while (lines().length < count) await once(child.stdout, 'data');
  };
  return { child, lines, printed };
};

describe('levelStore among processes', () => {
  it(
    'is refused to a second unit of the process, again and again, and to other processes meanwhile',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      const first = levelStore(path);
      await first.open();
      expect((await storeError(levelStore(path).open())).code).to.equal('LOCKED');
      expect((await storeError(levelStore(`${directory}/./queue`).open())).code).to.equal('LOCKED');
      const child = fork(childFile, [path], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
      let said = '';
      child.stderr?.setEncoding('utf8').on('data', (some: string) => (said += some));
      const [exit] = (await once(child, 'close')) as [number];
      expect(exit).to.equal(1);
      expect(said).to.include('is in use by another process');
      await first.put([message(1)]);
      await first.close();
      expect(orders(await content(levelStore(path)))).to.deep.equal([1]);
    }),
  );

  it(
    'refuses what another process uses, and harms nothing there',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      const { child, lines, printed } = fillingChild(path);
      await printed(20);
      const error = await storeError(levelStore(path).open());
      expect(error.message).to.equal(`the store ${path} is in use by another process, or by another unit of this one`);
      await printed(lines().length + 20);
      child.kill('SIGKILL');
      await once(child, 'close');
      expect(await content(levelStore(path))).to.have.length.of.at.least(lines().length - 1);
      expect(await movedFrom(path)).to.deep.equal([]);
    }),
  );

  it(
    'keeps all that was accepted when the process is killed, whenever that is',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      const accepted = new Set<string>();
      for (let round = 0; round < 8; round++) {
        const { child, lines, printed } = fillingChild(path);
        await printed(round === 0 ? 0 : 1 + Math.floor(Math.random() * 400));
        child.kill('SIGKILL');
        await once(child, 'close');
        for (const line of lines()) if (line !== 'open') accepted.add(line);
        const kept = await content(levelStore(path));
        const txns = new Set(kept.map(({ txn }) => txn));
        expect([...accepted].filter((txn) => !txns.has(txn))).to.deep.equal([]);
        expect(orders(kept)).to.deep.equal([...orders(kept)].sort((a, b) => a - b));
      }
      expect(accepted.size).to.be.greaterThan(0);
    }),
  );
});
