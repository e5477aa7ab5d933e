// Two servers, Redis with a replica, HAProxy, units and pages: what `npm run stack` runs. A line of input kills, hangs, drains,
// restarts or fails over; with `--rounds` all of that happens so many times. Then it counts what was lost.
//
//   npm run stack -- --units 1000 --pages 200 --interval 10000 --rounds 20 --fsync everysec
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { missing } from '../failover/programs.js';
import { startLoad } from './load.js';
import { type ServerId, type Stack, startStack } from './start-stack.js';

const { values } = parseArgs({
  options: {
    units: { type: 'string', default: '100' },
    pages: { type: 'string', default: '5' },
    interval: { type: 'string', default: '250' },
    rate: { type: 'string', default: '4' },
    rounds: { type: 'string' },
    fsync: { type: 'string', default: 'always' },
  },
});
const [units, pages] = [Number(values.units), Number(values.pages)];
const [interval, rate] = [Number(values.interval), Number(values.rate)];

const absent = missing(['redis-server', 'haproxy']);
if (absent !== undefined) {
  console.error(absent);
  process.exit(1);
}

/** Does what a line says; returns false if it says nothing known. */
const obey = async (stack: Stack, line: string): Promise<boolean> => {
  const [what = '', id = ''] = line.trim().split(/\s+/);
  if (what === 'redis') await stack.restartRedis();
  else if (what === 'failover') await stack.failOverRedis();
  else if (id !== 'a' && id !== 'b') return false;
  else if (what === 'kill') await stack.kill(id);
  else if (what === 'hang') await stack.hang(id, 5000);
  else if (what === 'drain') await stack.drain(id satisfies ServerId);
  else return false;
  return true;
};

/** The lines of so many rounds, or those that are typed. Each goes for the server to which the last one sent everybody. */
const linesOf = (rounds: string | undefined): Iterable<string> | AsyncIterable<string> =>
  rounds === undefined
    ? createInterface(process.stdin)
    : Array.from({ length: Number(rounds) }, (_, round) => (round % 2 === 0 ? ['a', 'b'] : ['b', 'a'])).flatMap(
        ([one = '', other = '']) => [`kill ${one}`, `hang ${other}`, `drain ${one}`, 'redis', 'failover'],
      );

/** The time that this share of them is not longer than. */
const shown = (sorted: readonly number[], share: number): string =>
  `${((sorted[Math.ceil(sorted.length * share) - 1] ?? 0) / 1000).toFixed(2)} s`;

/** Says how much of a time that is the pages' own. */
const ownBusyTime = async (): Promise<string> =>
  `; their own processes were busy for up to ${((await load.busy()) / 1000).toFixed(2)} s`;

await using stack = await startStack({ fsync: values.fsync === 'everysec' ? 'everysec' : 'always' });
await using load = await startLoad(stack, { units, pages, interval, rate });
console.log(
  `Two servers, one log in Redis with a replica, HAProxy before them; ${units} units send ${(units * 1000) / interval} messages a second, ` +
    `${pages} pages show them, ${rate} times a second at most.`,
);
console.log('Type: kill a, hang b, drain a, redis, failover; or quit, which counts.');

const show = setInterval(() => {
  Promise.all([load.acknowledged(), load.fresh()]).then(
    ([acknowledged, fresh]) =>
      process.stdout.write(`\r${acknowledged} acknowledged, ${fresh} of ${pages} pages fresh `),
    () => undefined, // the load has ended
  );
}, 500);
const outages = new Map<string, number[]>();
for await (const line of linesOf(values.rounds)) {
  if (line.trim() === 'quit') break;
  await load.outages();
  await load.busy();
  if (!(await obey(stack, line))) {
    console.log('kill a, hang b, drain a, redis, failover, quit');
    continue;
  }
  const these = await load.outages();
  console.log(`${line.trim()}: done; pages showed nothing new for up to ${shown(these, 1)}${await ownBusyTime()}`);
  const [what = ''] = line.trim().split(' ');
  outages.set(what, [...(outages.get(what) ?? []), ...these]);
}
clearInterval(show);
const { acknowledged, lost, frozen } = await load.audit(60_000);
console.log(
  `\n${acknowledged} messages were acknowledged, ${lost.length} of them lost; ${frozen} of ${pages} pages do not show what the log has.`,
);
console.log('Pages showed nothing new, with each kind of fault:');
for (const [what, times] of outages) {
  const sorted = [...times].sort((one, other) => one - other);
  console.log(`${what.padEnd(8)} p50 ${shown(sorted, 0.5)}, p99 ${shown(sorted, 0.99)}, longest ${shown(sorted, 1)}`);
}
process.exitCode = lost.length + frozen === 0 ? 0 : 1;
