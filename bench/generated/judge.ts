import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Planted } from '../simulation/plant.js';
import { runBatches } from '../simulation/run-batches.js';

/** What found a bug; undefined where nothing did. */
export type Finder = string | undefined;

/** Returns the promise that simulated runs see broken. A run that does not end, or cannot run, is found as well. */
export const findBySimulation = async ({ worker }: Planted, from: number, count: number): Promise<Finder> => {
  let finder: Finder;
  try {
    await runBatches({
      worker,
      from,
      count,
      size: 20,
      signal: AbortSignal.timeout(120_000 + count * 50),
      onResult: ({ failures }) => {
        finder ??= failures[0]?.violation.promise;
        return finder === undefined;
      },
    });
  } catch (error) {
    return error instanceof Error && error.name === 'AbortError' ? 'no end' : 'it throws';
  }
  return finder;
};

/** Returns what the specs find: those of the folder of the file first, then all fast ones that run the code. */
export const findBySpecs = async ({ place }: Planted, file: string): Promise<Finder> => {
  const [folder = ''] = file.split('/');
  const near = `dist/spec/${folder}`;
  if (existsSync(join(place, near)) && !(await passes(place, [`${near}/**/*.spec.js`]))) return `spec/${folder}`;
  return (await passes(place, ['dist/spec/*/**/*.spec.js'])) ? undefined : 'spec';
};

const passes = async (place: string, specs: readonly string[]): Promise<boolean> => {
  const mocha = [
    'node_modules/mocha/bin/mocha.js',
    '--no-config',
    '--bail',
    '--parallel',
    '--timeout',
    '20000',
    '--exit',
  ];
  const ignored = ['**/*.slow.spec.js', 'dist/spec/e2e/**', 'dist/spec/faults/**'].flatMap((name) => [
    '--ignore',
    name,
  ]);
  const run = spawn(process.execPath, [...mocha, ...ignored, ...specs], {
    cwd: place,
    stdio: 'ignore',
    timeout: 300_000,
  });
  const [code] = (await once(run, 'exit')) as [number | null];
  return code === 0;
};
