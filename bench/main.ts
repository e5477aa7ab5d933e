import { parseArgs } from 'node:util';
import { messageCosts } from './measure/messages.js';
import { costTable } from './cost-table.js';
import { messageTable } from './message-table.js';
import { benchServer } from './server/run.js';
import { newPeers } from './peers.js';
import { plan } from './plan.js';
import { newProgress } from './progress.js';
import { newResults } from './results.js';
import { runStep } from './run-step.js';
import { table } from './table.js';
import { speedLines } from './speed-lines.js';
import { writeBetweenMarks } from './write-between-marks.js';

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (positionals.includes('server')) {
  const only = positionals.filter((word) => word !== 'server');
  await benchServer(values.quick, only);
  process.exit();
}

const rounds = plan(values.quick);
const progress = newProgress(rounds.flat());
const results = newResults();
const peers = await newPeers();
const unfinished = new Set<string>();
for (const [round, steps] of rounds.entries())
  for (const step of steps) {
    progress.begin(step, `round ${round + 1} of ${rounds.length}`);
    try {
      results.add(round, step, await runStep(step, peers));
    } catch (error) {
      unfinished.add(`${step.kind} over ${step.mode} with ${step.name}`);
      console.error(error);
    }
  }
progress.end();

const text = [
  `How many times the limit, a hand-written loop on bare \`ws\` with nothing else in it, is needed or reached; medians of`,
  `up to ${rounds.length} rounds in which all take turns, Node ${process.versions.node}. Absolute figures depend on the machine.`,
  '',
  costTable(results),
  '',
  'The other figures, as times the limit of the same round:',
  '',
  table(results),
  '',
  ...(unfinished.size === 0 ? [] : [`Did not finish: ${[...unfinished].join(', ')}.`, '']),
  messageTable(messageCosts()),
].join('\n');
console.log(text);
if (values.write) {
  await writeBetweenMarks(new URL('../../docs/performance.md', import.meta.url), 'bench', text);
  await writeBetweenMarks(new URL('../../README.md', import.meta.url), 'speed', speedLines(text));
}
