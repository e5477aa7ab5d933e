import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import type { Planted } from '../simulation/plant.js';
import { runBatches } from '../simulation/run-batches.js';
import { mocha } from './mocha.js';
import { isReachedBy, type SpecReach } from './spec-reach.js';

/** What found a bug; undefined where nothing did. */
export type Finder = string | undefined;

/** Runs that do not come to their end within this time, 20 of them, never do; in milliseconds. */
const endless = 90_000;

/** Options of {@link findBySimulation}. */
export interface SimulationSearch {
  readonly from: number;
  readonly count: number;
  readonly workers: number;
}

/** Returns the promise that simulated runs see broken. A run that does not end, or cannot run, is found as well. */
export const findBySimulation = async ({ worker }: Planted, search: SimulationSearch): Promise<Finder> => {
  let finder: Finder;
  const end = new AbortController();
  const timer = setTimeout(() => {
    end.abort();
  }, endless);
  try {
    await runBatches({
      ...search,
      worker,
      size: 20,
      signal: end.signal,
      onResult: ({ failures }) => {
        timer.refresh();
        finder ??= failures[0]?.violation.promise;
        return finder === undefined;
      },
    });
  } catch (error) {
    return error instanceof Error && error.name === 'AbortError' ? 'no end' : 'it throws';
  } finally {
    clearTimeout(timer);
  }
  return finder;
};

/** The place of a change in a compiled file. */
export interface Changed {
  readonly file: string;
  readonly start: number;
}

/**
 * Returns the folder of the specs that find a bug: of those that execute its place, the ones of its file first, then those
 * of its folder, then the others, the quickest first.
 */
export const findBySpecs = async (
  { place }: Planted,
  { file, start }: Changed,
  reaches: readonly SpecReach[],
): Promise<Finder> => {
  const left = reaches.filter((reach) => reach.passes && isReachedBy(reach, file, start));
  const [folder = ''] = file.split('/');
  const name = basename(file, '.js');
  const near = `dist/spec/${folder}/`;
  const groups = [
    left.filter(({ spec }) => spec.startsWith(near) && basename(spec).startsWith(name)),
    left.filter(({ spec }) => spec.startsWith(near) && !basename(spec).startsWith(name)),
    left.filter(({ spec }) => !spec.startsWith(near)),
  ];
  for (const [index, group] of groups.entries())
    if (group.length > 0 && !(await passes(place, group))) return index < 2 ? `spec/${folder}` : 'spec';
  return undefined;
};

const passes = async (place: string, reaches: readonly SpecReach[]): Promise<boolean> => {
  const took = reaches.reduce((sum, reach) => sum + reach.took, 0);
  const run = spawn(process.execPath, [...mocha, ...reaches.map(({ spec }) => spec)], {
    cwd: place,
    stdio: 'ignore',
    timeout: Math.ceil(60_000 + took * 2),
  });
  const [code] = (await once(run, 'exit')) as [number | null];
  return code === 0;
};
