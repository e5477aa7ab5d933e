// Runs pages on virtual time through random faults, and fails where one differs from a page that is opened afterwards.
import { parseArgs } from 'node:util';
import { runDifferential } from './differential/run.js';

const { values } = parseArgs({ options: { seeds: { type: 'string' }, seed: { type: 'string' } } });
const seeds = Number(values.seeds ?? (values.seed === undefined ? 200 : 1));
const first = Number(values.seed ?? 1);
if (!Number.isSafeInteger(seeds) || seeds < 1 || !Number.isSafeInteger(first) || first < 0) {
  console.error('differential takes --seeds with a whole number from 1 on, and --seed with one from 0 on');
  process.exit(2);
}

const began = performance.now();
let failed = 0;
let shown = 0;
let fresh = 0;
let links = 0;
for (let seed = first; seed < first + seeds; seed++) {
  const result = await runDifferential(seed);
  shown += result.shown;
  fresh += result.fresh;
  links += result.links;
  if (result.violations.length === 0) continue;
  failed++;
  console.log(`seed ${seed} fails: npm run differential -- --seed ${seed}`);
  for (const violation of result.violations) console.log(`  ${violation}`);
}
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(
  `${seeds} seeds from ${first} on in ${seconds} s: ${failed} failed; ${shown} values shown, ${fresh} of them fresh; ${links} links opened`,
);
process.exitCode = failed > 0 ? 1 : 0;
