// Plants bugs in copies of the library, one at a time, and fails where the simulation does not find one of them.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Failure } from './simulation/batch.js';
import { serverMutants } from './server-simulation/mutants.js';
import { mutants as unitMutants } from './simulation/mutants.js';
import { plant } from './simulation/plant.js';
import { runBatches } from './simulation/run-batches.js';

const { values } = parseArgs({
  options: { runs: { type: 'string' }, seed: { type: 'string' }, model: { type: 'string' } },
});
const runs = Number(values.runs ?? 1000);
const first = Number(values.seed ?? randomInt(2 ** 48 - 1));
const mutants = [...unitMutants, ...serverMutants].filter(
  ({ model = 'unit' }) => values.model === undefined || values.model === model,
);
const width = Math.max(...mutants.map(({ name }) => name.length));

console.log(`up to ${runs} runs each, from seed ${first} on\n`);
console.log(`| ${'planted bug'.padEnd(width)} | found after | breaks    |`);
console.log(`| ${'-'.repeat(width)} | ----------- | --------- |`);
let found = 0;
for (const mutant of mutants) {
  await using planted = await plant(mutant);
  const failures: Failure[] = [];
  await runBatches({
    worker: planted.worker,
    model: mutant.model ?? 'unit',
    from: first,
    count: runs,
    size: 10,
    onResult: (result) => {
      failures.push(...result.failures);
      return failures.length === 0;
    },
  });
  const [failure] = failures.sort((one, other) => one.seed - other.seed);
  if (failure) found++;
  const after = failure ? `${failure.seed - first + 1} runs` : 'not found';
  console.log(
    `| ${mutant.name.padEnd(width)} | ${after.padEnd(11)} | ${(failure?.violation.promise ?? '').padEnd(9)} |`,
  );
}
console.log(`\n${found} of ${mutants.length} found`);
process.exitCode = found === mutants.length ? 0 : 1;
