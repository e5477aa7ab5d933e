// Two servers, Redis, HAProxy, 100 units and a few pages; kills, hangs, drains and restarts as a line of input says, and
// counts what is lost: what `npm run stack` runs.
import { createInterface } from 'node:readline';
import { missing } from '../failover/programs.js';
import { startLoad } from './load.js';
import { type ServerId, startStack } from './start-stack.js';

const absent = missing(['redis-server', 'haproxy']);
if (absent !== undefined) {
  console.error(absent);
  process.exit(1);
}

await using stack = await startStack();
await using load = await startLoad(stack, 100, 5);
console.log(
  'Two servers, one log in Redis, HAProxy before them; 100 units send 400 messages a second, 5 pages show them.',
);
console.log('Type: kill a, hang b, drain a, redis; or quit, which counts.');

const show = setInterval(() => {
  process.stdout.write(`\r${load.acknowledged()} acknowledged, ${load.fresh()} of 5 pages fresh `);
}, 500);

/** Does what a line says; returns false if it says nothing known. */
const obey = async (line: string): Promise<boolean> => {
  const [what = '', id = ''] = line.trim().split(/\s+/);
  if (what === 'redis') await stack.restartRedis();
  else if (id !== 'a' && id !== 'b') return false;
  else if (what === 'kill') await stack.kill(id);
  else if (what === 'hang') await stack.hang(id, 5000);
  else if (what === 'drain') await stack.drain(id satisfies ServerId);
  else return false;
  return true;
};

for await (const line of createInterface(process.stdin)) {
  if (line.trim() === 'quit') break;
  console.log((await obey(line)) ? `${line.trim()}: done` : 'kill a, hang b, drain a, redis, quit');
}
clearInterval(show);
const { acknowledged, lost, frozen } = await load.audit(60_000);
console.log(`\n${acknowledged} messages were acknowledged, ${lost.length} of them lost; ${frozen} pages are frozen.`);
process.exitCode = lost.length + frozen === 0 ? 0 : 1;
