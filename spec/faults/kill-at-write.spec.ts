import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { diskRuns, leftStore, type DiskRun, type DiskRunOptions } from './disk-run.js';
import { faultyDisk, type DiskFault, type DiskPlan, type FaultyDisk } from './faulty-disk.js';
import { someUpTo } from './numbers.js';

const count = 200;

/** Whether this user may mount a small disk; where not, the preloaded library alone makes it full. */
const canMount = ((): boolean => {
  const directory = mkdtempSync(join(tmpdir(), 'unitlink-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'ignore' });
    execFileSync('umount', [directory]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(directory);
  }
})();

describe('a run of 200 messages with a durable store', () => {
  let disk: FaultyDisk;
  let writes: number;

  before(async () => {
    disk = faultyDisk();
    const [sound] = await diskRuns([{ disk, count }]);
    expect(sound).to.deep.include({ killed: false, accepted: count, refused: 0, repeated: 0, wrong: [] });
    writes = sound?.calls ?? 0;
    expect(writes).to.be.greaterThan(2 * count);
  });
  after(() => {
    disk[Symbol.dispose]();
  });

  /** What is wrong in any of these runs, and the calls they made. */
  const wrongIn = (runs: readonly DiskRun[], plans: readonly DiskPlan[]): string[] =>
    runs.flatMap(({ wrong }, at) => wrong.map((what) => `${JSON.stringify(plans[at])}: ${what}`));

  const tried = async (
    plans: readonly DiskPlan[],
    options: Partial<DiskRunOptions> = {},
  ): Promise<readonly DiskRun[]> => {
    const runs = await diskRuns(plans.map((plan) => ({ disk, count, ...options, plan })));
    const sum = (of: (run: DiskRun) => number) => runs.reduce((total, run) => total + of(run), 0);
    console.log(
      `      ${runs.length} runs, ${sum(({ accepted }) => accepted)} accepted, ${sum(({ refused }) => refused)} refused, ` +
        `${sum(({ repeated }) => repeated)} sent again, ${wrongIn(runs, plans).length} wrong`,
    );
    expect(wrongIn(runs, plans).slice(0, 20)).to.deep.equal([]);
    return runs;
  };

  const deaths: readonly (readonly [DiskFault, string])[] = [
    ['kill', 'is killed at any call that changes a file'],
    ['half', 'is killed in the middle of any write'],
    ['power', 'is killed at any call, and all that was not synced is gone'],
  ];
  for (const [fault, title] of deaths) {
    for (const link of ['online', 'offline'])
      it(`loses nothing it accepted ${link} when it ${title}`, async () => {
        const plans = someUpTo(writes, 20, 'calls').map((at) => ({ fault, at }));
        const runs = await tried(plans, { offline: link === 'offline' });
        // Where calls ride together more than they did in the sound run, the last numbers are never reached.
        expect(runs.filter(({ killed }) => killed).length).to.be.greaterThan(plans.length * 0.9);
      });

    it(`loses nothing that a killed run left when the next one ${title}`, async () => {
      await using left = await leftStore(count);
      const before = async (path: string): Promise<readonly string[]> => {
        await cp(left.path, path, { recursive: true });
        return left.txns;
      };
      const [sound] = await diskRuns([{ disk, count: 0, before }]);
      expect(sound).to.deep.include({ killed: false, accepted: count, wrong: [] });
      const plans = someUpTo(sound?.calls ?? 0, 10, 'calls').map((at) => ({ fault, at }));
      await tried(plans, { count: 0, before });
    });
  }

  if (canMount)
    it('delivers what it accepted and nothing it refused on a real disk that is full', async () => {
      const mount = (path: string, ...options: string[]): void => {
        execFileSync('mount', ['-t', 'tmpfs', '-o', [...options, 'mode=700'].join(), 'tmpfs', path]);
      };
      const [run] = await diskRuns([
        {
          ...{ disk, count },
          before: async (path) => {
            await mkdir(path);
            mount(path, 'size=48k');
            return [];
          },
          mend: (path) => {
            mount(path, 'remount', 'size=16m');
          },
          after: (path) => {
            execFileSync('umount', ['-l', path]);
          },
        },
      ]);
      expect(run?.wrong).to.deep.equal([]);
      expect(run?.refused).to.be.greaterThan(0);
      expect(run?.accepted).to.be.greaterThan(20);
    });

  for (const times of [1, 5, 1000]) {
    it(`delivers what it accepted and nothing it refused when the disk is full for ${times} calls`, async () => {
      await tried(someUpTo(writes, 8, 'calls').map((at) => ({ fault: 'ENOSPC', at, times })));
    });

    it(`delivers what it accepted and nothing it refused when ${times} syncs fail`, async () => {
      await tried(someUpTo(count, 8, 'syncs').map((at) => ({ fault: 'EIO', at, times, onlySyncs: true })));
    });
  }
});
