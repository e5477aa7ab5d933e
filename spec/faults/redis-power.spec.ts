import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../../examples/failover/programs.js';
import { type Fsync, startRedis } from '../../examples/stack/redis-pair.js';
import { redisLog } from '../../lib/server/redis-log.js';
import { type FaultyDisk, faultyDisk } from './faulty-disk.js';

/** What was acknowledged until the power was lost, in that order. */
interface PowerLoss {
  /** What is in the log once Redis has read its file again. */
  readonly kept: readonly number[];
  readonly lost: readonly number[];
  /** From the first acknowledgement that was lost to the last one of all, in milliseconds. */
  readonly lostFor: number;
}

describe('a log in a Redis whose machine loses its power', () => {
  let disk: FaultyDisk;
  let parent: string;
  let directory: string;

  before(() => {
    disk = faultyDisk();
  });
  after(() => {
    disk[Symbol.dispose]();
  });
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'unitlink-redis-'));
    directory = join(parent, 'redis');
  });
  afterEach(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));

  /** Appends entries, ten at a time, until the power goes before a sync. */
  const loseOnSync = async (fsync: Fsync, at: number): Promise<PowerLoss> => {
    const port = await freePort();
    const plan = { fault: 'power', at, onlySyncs: true } as const;
    const { child } = await startRedis({ directory, port, fsync, env: disk.environment(directory, plan) });
    const dead = once(child, 'exit');
    const log = redisLog(`redis://127.0.0.1:${port}`, { maxLength: 1_000_000, maxBytes: 1 << 30 });
    const acknowledgedAt = new Map<number, number>();
    let isDead = false;
    let next = 0;
    const append = async (): Promise<void> => {
      while (!isDead) {
        const value = next++;
        await log.append('values', { value, ts: Date.now() });
        acknowledgedAt.set(value, performance.now());
      }
    };
    const appending = Promise.allSettled(Array.from({ length: 10 }, append));
    await dead;
    isDead = true;
    const last = Math.max(...acknowledgedAt.values());
    const acknowledged = [...acknowledgedAt.keys()];
    const again = await startRedis({ directory, port, fsync });
    const { recent } = await log.read('values');
    await appending;
    await log.close();
    await again[Symbol.asyncDispose]();
    const there = new Set(recent.map(({ value }) => value));
    const lost = acknowledged.filter((value) => !there.has(value));
    const since = acknowledgedAt.get(lost[0] ?? NaN) ?? last;
    return { kept: acknowledged.filter((value) => there.has(value)), lost, lostFor: last - since };
  };

  it('keeps all that was acknowledged with appendfsync always', async () => {
    const { kept, lost } = await loseOnSync('always', 500);
    expect(kept.length).to.be.above(400);
    expect(lost).to.deep.equal([]);
  });

  it('loses the last of what was acknowledged, and nothing before, with appendfsync everysec', async () => {
    const { kept, lost, lostFor } = await loseOnSync('everysec', 6);
    console.log(
      `      ${kept.length + lost.length} were acknowledged, those of the last ${lostFor.toFixed(0)} ms are lost`,
    );
    expect(kept.length).to.be.above(0);
    expect(Math.max(...kept.slice(-10))).to.be.below(Math.min(...lost.slice(0, 10)));
  });
});
