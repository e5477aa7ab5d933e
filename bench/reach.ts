// Runs seeds of the simulation, and tells what of the library few of them or none execute, with seeds that do.
import { randomInt } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Sites } from './generated/sites.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(randomInt(2 ** 48 - 1)) },
    /** Of the files to look at. */
    files: { type: 'string', default: '^(operators|connection|delivery|receiving|link|unit|collections)/' },
    /** A site is rare that fewer runs than one in so many reach. */
    rare: { type: 'string', default: '300' },
  },
});
const [runs, first, rare] = [values.runs, values.seed, values.rare].map(Number) as [number, number, number];

Error.stackTraceLimit = 0;
const sites = await Sites.of(new RegExp(values.files));
const { simulate } = await import('./simulation/index.js');
const atLoad = new Set(sites.reached());
const counts = new Map<number, number>();
const bySeed = new Map<number, readonly number[]>();
for (let seed = first; seed < first + runs; seed++) {
  simulate({ seed });
  const reached = sites.reached();
  bySeed.set(seed, reached);
  for (const site of reached) counts.set(site, (counts.get(site) ?? 0) + 1);
  await turn();
}

const isRare = (site: number): boolean => (counts.get(site) ?? 0) < runs / rare;
const left = new Set([...counts.keys()].filter(isRare));
console.log(
  `${runs} runs from seed ${first} on reach ${counts.size} of the ${sites.all.length - atLoad.size} sites in functions, ${left.size} rarely`,
);

/** The lines of sites, by file. */
const shown = (numbers: Iterable<number>): string[] => {
  const lines = new Map<string, Set<number>>();
  for (const number of numbers) {
    const { file = '', line = 0 } = sites.all[number] ?? {};
    lines.set(file, (lines.get(file) ?? new Set()).add(line));
  }
  return [...lines].map(([file, of]) => `  ${file}: ${[...of].join(', ')}`);
};

// Few seeds that reach all of it: always the one that reaches most of what is left.
console.log('\nseeds that reach what is rarely reached:');
while (left.size > 0) {
  let best: readonly [seed: number, found: readonly number[]] = [0, []];
  for (const [seed, reached] of bySeed) {
    const found = reached.filter((site) => left.has(site));
    if (found.length > best[1].length) best = [seed, found];
  }
  const [seed, found] = best;
  for (const site of found) left.delete(site);
  console.log(`${seed}\n${shown(found).join('\n')}`);
}
const never = [...sites.all.keys()].filter((site) => !counts.has(site) && !atLoad.has(site));
console.log(`\nnever reached:\n${shown(never).join('\n')}`);
