// Plants generated bugs in copies of the library, one at a time, and lists those that neither simulation nor specs find.
import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changesOf } from './generated/changes.js';
import { isEquivalent } from './generated/equivalent.js';
import { findBySimulation, findBySpecs, type Finder } from './generated/judge.js';
import { reachedBy } from './generated/reached.js';
import { sample, type Placed } from './generated/sample.js';
import { reachOfSpecs } from './generated/spec-reach.js';
import { Tally } from './generated/tally.js';
import { library, plantFiles, type Planted } from './simulation/plant.js';

interface Generated extends Placed {
  /** True if simulated runs execute it. */
  readonly isReached: boolean;
}

const { values } = parseArgs({
  options: {
    /** The number of mutants, drawn at random; all of them without it. */
    sample: { type: 'string', default: '100' },
    /** The part of the sample that this process takes: 1/4 to 4/4. */
    shard: { type: 'string', default: '1/1' },
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(randomInt(2 ** 48 - 1)) },
    files: { type: 'string', default: '' },
    workers: { type: 'string', default: String(availableParallelism()) },
    reached: { type: 'boolean', default: false },
    /** Looks with the specs first: quicker, without a figure for the simulation alone. */
    'specs-first': { type: 'boolean', default: false },
    /** The files of specs to look with, as in '^(store|delivery)/'. */
    specs: { type: 'string', default: '' },
    'no-specs': { type: 'boolean', default: false },
  },
});
const [count, runs, seed] = [values.sample, values.runs, values.seed].map(Number) as [number, number, number];
const [shard, shards] = values.shard.split('/').map(Number) as [number, number];
if (!(shard >= 1 && shard <= shards && count >= 1 && runs >= 1)) {
  console.error('mutants takes --sample and --runs with a number from 1 on, --shard with one such as 2/4');
  process.exit(2);
}
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

const shown = ({ file, text, start, end, put, kind }: Generated): string => {
  const line = text.slice(0, start).split('\n').length;
  const code = text.slice(start, end).replace(/\s+/g, ' ').slice(0, 60);
  return `${file}:${line} ${kind}: ${code}${put.length < 12 ? ` → ${put}` : ''}`;
};

const all = await generate();
// All shards draw the same sample.
const chosen = sample(all, count, seed).filter((_, index) => index % shards === shard - 1);
console.log(
  `${chosen.length} of ${all.length} mutants, ${all.filter(({ isReached }) => isReached).length} of them in what simulated runs reach; seed ${seed}, shard ${values.shard}, ${runs} runs each`,
);
const reaches = values['no-specs']
  ? []
  : await reachOfSpecs(new RegExp(values.specs), (done, of) => {
      if (done % 20 === 0) console.error(`${done} of ${of} files of specs measured`);
    });
const judges: readonly ((planted: Planted, mutant: Generated) => Promise<Finder>)[] = [
  (planted, { isReached }) => (isReached ? findBySimulation(planted, search) : Promise.resolve(undefined)),
  (planted, mutant) => (values['no-specs'] ? Promise.resolve(undefined) : findBySpecs(planted, mutant, reaches)),
];
const order = values['specs-first'] ? [...judges].reverse() : judges;
const simulation = new Tally();
const both = new Tally();
const survivors: string[] = [];
for (const [index, mutant] of chosen.entries()) {
  const { file, text, start, end, put, isReached } = mutant;
  await using planted = await plantFiles(new Map([[file, text.slice(0, start) + put + text.slice(end)]]));
  let finder: Finder;
  for (const judge of order) finder ??= await judge(planted, mutant);
  if (isReached) simulation.add(finder !== undefined && !finder.startsWith('spec'));
  both.add(finder !== undefined);
  if (finder === undefined) survivors.push(shown(mutant));
  console.log(`${index + 1} ${finder ?? (isReached ? 'SURVIVES' : 'SURVIVES, not reached')} | ${shown(mutant)}`);
}
console.log(`\nfound ${both.text}`);
if (!values['specs-first']) console.log(`by the simulation alone ${simulation.text} that it reaches`);
if (survivors.length > 0) console.log(`\nsurvivors:\n${survivors.map((line) => `  ${line}`).join('\n')}`);
