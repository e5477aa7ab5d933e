import { readFileSync, writeSync } from 'node:fs';
import { levelStore } from '../../lib/store/level-store.js';
import type { CloudCredentials } from '../../lib/testing/cloud/start-cloud.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';

// A unit that sends a message each millisecond until it is killed, and prints each txn once it is accepted; writeSync, so
// that a print is not lost. With `count` 0 it sends nothing, and ends when all that was left by others is delivered.
const [path = '', credentialsFile = '', name = '', count = '0'] = process.argv.slice(2);
const credentials = JSON.parse(readFileSync(credentialsFile, 'utf8')) as CloudCredentials;

let sent = 0;
const unit = connectUnit({
  ...{ systemId: 'unit-1', credentials, store: levelStore(path), maxQueued: 100_000 },
  newId: () => `${name}-${++sent}`,
});
writeSync(1, 'open\n');

const begun = performance.now();
const send = (): void => {
  for (const due = Math.min(Number(count), performance.now() - begun); sent < due;)
    void unit
      .send({ messageType: 'alerts', items: [] })
      .accepted.then(({ txn }) => writeSync(1, `${txn}\n`), console.error);
  if (sent < Number(count)) setTimeout(send, 1);
};
if (Number(count) > 0) send();
else
  unit.restored$.subscribe({
    next: (restored) => {
      void Promise.all(restored.map(({ acknowledged }) => acknowledged)).then(() => unit.stop());
    },
    error: console.error,
  });
