import { readFileSync, writeSync } from 'node:fs';
import { firstValueFrom } from 'rxjs';
import { aos } from '../../lib/operators/backoff.js';
import { levelStore } from '../../lib/store/level-store.js';
import type { CloudCredentials } from '../../lib/testing/cloud/start-cloud.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';
import { endWithParent } from './end-with-parent.js';

// A unit that sends so many messages, each once the one before was accepted or refused, and prints `+txn` or `-txn` for
// each; writeSync, so that a print is not lost. Other lines say what it waits for. It ends when all are settled, or with
// a count of 0 all that an earlier run left; `offline` it never reaches the cloud, and ends when all are accepted or
// refused.
endWithParent();
const [path = '', credentialsFile = '', name = '', count = '0', link = 'online'] = process.argv.slice(2);
const credentials = JSON.parse(readFileSync(credentialsFile, 'utf8')) as CloudCredentials;

let sent = 0;
const unit = connectUnit({
  ...{ systemId: 'unit-1', credentials, store: levelStore(path), backoff: aos({ initialDelay: 5 }) },
  ...(link === 'offline' && { overrideDiscoveryUrl: 'https://127.0.0.1:1/' }),
  newId: () => `${name}-${++sent}`,
});
const settled: Promise<unknown>[] = [];
for (let n = 1; n <= Number(count); n++) {
  const { txn, accepted, acknowledged } = unit.send({ messageType: 'alerts', items: [] });
  settled.push(acknowledged.catch(() => undefined));
  await accepted.then(
    () => writeSync(1, `+${txn}\n`),
    () => writeSync(1, `-${txn}\n`),
  );
}
const say = (waitsFor: string): unknown => writeSync(1, `waits for ${waitsFor}\n`);
if (count === '0') {
  say('the store');
  const restored = await firstValueFrom(unit.restored$, { defaultValue: [] });
  settled.push(...restored.map(({ acknowledged }) => acknowledged));
}
say('acknowledgements');
if (link === 'online') await Promise.all(settled);
say('the stop');
await unit.stop();
say('nothing');
