// Plants generated bugs in copies of the library, one at a time, and lists those that neither simulation nor specs find.
import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changesOf, type Change } from './generated/changes.js';
import { isEquivalent } from './generated/equivalent.js';
import { findBySimulation, findBySpecs } from './generated/judge.js';
import { reachedBy } from './generated/reached.js';
import { reachOfSpecs } from './generated/spec-reach.js';
import { Random } from './simulation/model/random.js';
import { library, plantFiles } from './simulation/plant.js';

interface Generated extends Change {
  readonly file: string;
  readonly text: string;
  /** True if simulated runs execute it. */
  readonly isReached: boolean;
}

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(randomInt(2 ** 48 - 1)) },
    files: { type: 'string', default: '' },
    workers: { type: 'string', default: String(availableParallelism()) },
    reached: { type: 'boolean', default: false },
    'no-specs': { type: 'boolean', default: false },
  },
});
const [count, runs, seed] = [values.count, values.runs, values.seed].map(Number) as [number, number, number];
const search = { from: seed, count: runs, workers: Number(values.workers) };

const generate = async (): Promise<readonly Generated[]> => {
  const isReached = await reachedBy(seed, 400);
  const names = (await readdir(library, { recursive: true })).filter(
    (name) => name.endsWith('.js') && !name.includes('compiled/') && new RegExp(values.files).test(name),
  );
  const all: Generated[] = [];
  for (const file of names.sort()) {
    const text = await readFile(join(library, file), 'utf8');
    for (const change of changesOf(text).filter((planned) => !isEquivalent(file, text, planned)))
      all.push({ ...change, file, text, isReached: isReached(join(library, file), change.start) });
  }
  return all.filter((mutant) => mutant.isReached || !values.reached);
};

const sample = <T>(all: readonly T[], random: Random): readonly T[] => {
  const left = [...all];
  return Array.from({ length: Math.min(count, left.length) }, () =>
    left.splice(random.whole(0, left.length - 1), 1),
  ).flat();
};

const shown = ({ file, text, start, end, put, kind }: Generated): string => {
  const line = text.slice(0, start).split('\n').length;
  const code = text.slice(start, end).replace(/\s+/g, ' ').slice(0, 60);
  return `${file}:${line} ${kind}: ${code}${put.length < 12 ? ` → ${put}` : ''}`;
};

const all = await generate();
const chosen = sample(all, new Random(seed));
console.log(
  `${chosen.length} of ${all.length} mutants, ${all.filter(({ isReached }) => isReached).length} of them in what simulated runs reach; seed ${seed}, ${runs} runs each`,
);
const reaches = values['no-specs']
  ? []
  : await reachOfSpecs((done, all) => {
      if (done % 20 === 0) console.error(`${done} of ${all} files of specs measured`);
    });
let reached = 0;
let simulated = 0;
let found = 0;
const survivors: string[] = [];
for (const [index, mutant] of chosen.entries()) {
  const { file, text, start, end, put, isReached } = mutant;
  await using planted = await plantFiles(new Map([[file, text.slice(0, start) + put + text.slice(end)]]));
  const bySimulation = isReached ? await findBySimulation(planted, search) : undefined;
  const bySpecs =
    bySimulation === undefined && !values['no-specs'] ? await findBySpecs(planted, mutant, reaches) : undefined;
  if (isReached) reached++;
  if (bySimulation !== undefined) simulated++;
  if (bySimulation ?? bySpecs) found++;
  else survivors.push(shown(mutant));
  console.log(
    `${index + 1} ${bySimulation ?? bySpecs ?? (isReached ? 'SURVIVES' : 'SURVIVES, not reached')} | ${shown(mutant)}`,
  );
}
console.log(
  `\nfound ${found} of ${chosen.length}; by the simulation alone ${simulated} of the ${reached} that it reaches`,
);
if (survivors.length > 0) console.log(`\nsurvivors:\n${survivors.map((line) => `  ${line}`).join('\n')}`);
