import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

// What a page pays for its values: CPU time for each update of a table, and of a chart, from the frame to the widget.
// `--against DIST` measures the build in another folder beside this one, in turns.
//
//   node dist/bench/live-values.js --against ../main/dist

const { values } = parseArgs({ options: { against: { type: 'string' }, rounds: { type: 'string', default: '9' } } });
const worker = new URL('measure/live-values.js', import.meta.url).pathname;
const here = new URL('..', import.meta.url).pathname;
const builds = values.against === undefined ? [here] : [here, values.against];
const cases = ['rows 1000', 'rows 10000', 'series 300', 'series 1000', 'series 10000', 'latest 1'];

const measured = (build: string, what: string): number =>
  Number(execFileSync(process.execPath, [worker, build, ...what.split(' ')], { encoding: 'utf8' }));

for (const what of cases) {
  const rounds = Array.from({ length: Number(values.rounds) }, () => builds.map((build) => measured(build, what)));
  // The least: what else runs on the machine only adds.
  const [own = NaN, other] = builds.map((_, index) => Math.min(...rounds.map((round) => round[index] ?? NaN)));
  const beside = other === undefined ? '' : `, ${other.toFixed(2)} there: ${(own / other).toFixed(2)} times`;
  console.log(`${what.padEnd(13)} ${own.toFixed(2)} µs of CPU an update${beside}`);
}
