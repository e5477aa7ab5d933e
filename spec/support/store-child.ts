import { writeSync } from 'node:fs';
import { levelStore } from '../../lib/store/level-store.js';

// Puts messages until it is killed, and prints each txn once it is accepted; writeSync, so that a print is not lost.
const store = levelStore(process.argv[2] ?? '');
const kept = await store.open();
writeSync(1, 'open\n');

let order = kept.at(-1)?.order ?? 0;
const put = async (): Promise<void> => {
  const txn = `txn-${++order}`;
  await store.put([{ order, txn, messageType: 'alerts', frame: 'x'.repeat((order * 37) % 900) }]);
  writeSync(1, `${txn}\n`);
};
for (;;) await Promise.all(Array.from({ length: 1 + (order % 7) }, put));
