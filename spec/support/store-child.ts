import { writeSync } from 'node:fs';
import { levelStore } from '../../lib/store/level-store.js';
import { sqliteLocked } from './sqlite-locked.js';

// Puts messages until it is killed, and prints each txn once it is accepted; writeSync, so that a print is not lost. With
// `once` it puts one message under its process id, prints the code of the error where it cannot, and waits to be killed.
const [path = '', lock = 'LevelDB', how = 'on'] = process.argv.slice(2);
const store = lock === 'SQLite' ? sqliteLocked(path) : levelStore(path);
const say = (line: string): unknown => writeSync(1, `${line}\n`);

const run = async (): Promise<void> => {
  const kept = await store.open();
  say('open');
  let order = kept.at(-1)?.order ?? 0;
  const put = async (): Promise<void> => {
    const txn = how === 'once' ? String(process.pid) : `txn-${++order}`;
    await store.put([{ order, txn, messageType: 'alerts', frame: 'x'.repeat((order * 37) % 900) }]);
    say(txn);
  };
  if (how === 'once') return put();
  for (;;) await Promise.all(Array.from({ length: 1 + (order % 7) }, put));
};

if (how === 'once') setInterval(() => undefined, 1000);
await run().catch((error: unknown) => {
  say(error instanceof Error && 'code' in error ? String(error.code) : String(error));
  if (how !== 'once') throw error;
});
