import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import { inTemporary } from '../support/store-place.js';
import { arrivals } from '../support/unit-on-cloud.js';

const child = fileURLToPath(new URL('../support/unit-child.js', import.meta.url));

describe('a unit with a store', () => {
  let cloud: Cloud;
  let arrived: readonly string[];

  beforeEach(async () => {
    cloud = await startCloud();
    arrived = arrivals(cloud);
  });
  afterEach(async () => {
    await cloud.stop();
  });

  it(
    'loses nothing it accepted when its process is killed again and again',
    inTemporary(async (path) => {
      const credentialsFile = `${path}.json`;
      await writeFile(credentialsFile, JSON.stringify(cloud.credentials));
      const accepted: string[] = [];
      const run = async (name: string, count: number, killAfter: number): Promise<void> => {
        const process = spawn(globalThis.process.execPath, [child, path, credentialsFile, name, String(count)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const ended = once(process, 'exit');
        let rest = '';
        let lines = 0;
        process.stdout.setEncoding('utf8').on('data', (text: string) => {
          const parts = `${rest}${text}`.split('\n');
          rest = parts.pop() ?? '';
          accepted.push(...parts.filter((part) => part !== 'open'));
          lines += parts.length;
          if (lines > killAfter) process.kill('SIGKILL');
        });
        await ended;
      };
      for (const [n, killAfter] of [3, 150, 420, 60, 700].entries()) await run(`run${n}`, 100_000, killAfter);
      await run('last', 0, Infinity);
      const there = new Set(arrived);
      expect(accepted.length).to.be.greaterThan(1000);
      expect(accepted.filter((txn) => !there.has(txn))).to.deep.equal([]);
      const place = (txn: string): number => Number(txn.slice(3, 4)) * 1e6 + Number(txn.slice(5));
      expect(arrived).to.deep.equal([...arrived].sort((one, other) => place(one) - place(other)));
    }),
  );
});
