// Runs the unit on virtual time against faults that follow from seeds, and fails where a promise is not kept.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { simulateServer } from './server-simulation/run.js';
import { serverCorpus } from './server-simulation/corpus.js';
import { shrinkSimulation, simulate, simulationPlan, simulationTimeline } from './simulation/index.js';
import type { Failure, Model } from './simulation/batch.js';
import { corpus } from './simulation/corpus.js';
import { figure, Progress } from './simulation/progress.js';
import { runBatches } from './simulation/run-batches.js';

/** So many failures are enough. */
const most = 5;
const year = 365.25 * 86_400_000;

const { values } = parseArgs({
  options: { runs: { type: 'string' }, seed: { type: 'string' }, model: { type: 'string', default: 'unit' } },
});
const runs = Number(values.runs ?? 10_000);
const first = Number(values.seed ?? randomInt(2 ** 48 - 1));
if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(first) || first < 0) {
  console.error('simulate takes --runs with a whole number from 1 on, and --seed with one from 0 on');
  process.exit(2);
}
if (values.model !== 'unit' && values.model !== 'server') {
  console.error('simulate takes --model with unit or server');
  process.exit(2);
}
const model: Model = values.model;
const run = (given: { readonly seed: number }) =>
  model === 'server' ? simulateServer(given) : Promise.resolve(simulate(given));
const kept = model === 'server' ? serverCorpus : corpus;
console.log(`${figure(runs)} runs from seed ${first} on`);

const failures: Failure[] = [];
// At once: who stops a long run shall not lose what it has found.
const tell = ({ seed, violation }: Failure) => {
  console.log(`seed ${seed} breaks ${violation.promise} at ${violation.at} ms: ${violation.what}`);
  console.log(`  npm run simulate -- --model ${model} --seed ${seed} --runs 1`);
};
let ofCorpus = 0;
// A seed that is asked for is run alone.
if (values.seed === undefined) {
  for (const { seed } of kept) {
    const { violation } = await run({ seed });
    if (!violation) continue;
    failures.push({ seed, violation });
    tell({ seed, violation });
  }
  ofCorpus = failures.length;
  console.log(`${kept.length} runs of the corpus: ${ofCorpus} broke a promise`);
}
const progress = new Progress(runs);
let lasted = 0;
await runBatches({
  worker: new URL('simulation/worker.js', import.meta.url),
  ...{ model, size: model === 'server' ? 10 : 50 },
  from: first,
  count: runs,
  onResult: (result) => {
    for (const failure of result.failures) {
      failures.push(failure);
      tell(failure);
    }
    lasted += result.lasted;
    progress.add(result.count);
    return failures.length < most;
  },
});
progress.end();

const [worst] = failures;
if (worst && model === 'server') {
  const { story, violation, plan } = await simulateServer({ seed: worst.seed });
  const { fromUnits, toUnits, faults, ...settings } = plan;
  console.log(
    `\nseed ${worst.seed}: ${faults.length} faults, ${fromUnits.length} and ${toUnits.length} messages; ${JSON.stringify(settings)}`,
  );
  console.log(story.join('\n'));
  if (violation) console.log(`${violation.promise} is broken at ${violation.at} ms: ${violation.what}`);
} else if (worst) {
  const plan = shrinkSimulation(simulationPlan(worst.seed));
  const { messages, cloudMessages, faults, ...settings } = plan;
  const { events, violation } = simulate({ plan });
  console.log(`\nseed ${worst.seed}, made as small as it still fails:`);
  console.log(
    `${faults.length} faults, ${messages.length} and ${cloudMessages.length} messages; ${JSON.stringify(settings)}`,
  );
  console.log(simulationTimeline(events));
  if (violation) console.log(`${violation.promise} is broken at ${violation.at} ms: ${violation.what}`);
}
const span = lasted > year / 10 ? `${(lasted / year).toFixed(1)} years` : `${(lasted / 86_400_000).toFixed(1)} days`;
console.log(
  `${figure(progress.done)} runs, seeds ${first} to ${first + progress.done - 1}: ${failures.length - ofCorpus} broke a promise; ` +
    `${span} of virtual time, ${figure(progress.rate)} runs a second`,
);
process.exitCode = failures.length > 0 ? 1 : 0;
