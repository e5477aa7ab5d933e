import type { CloudCredentials } from '../../lib/testing/cloud/start-cloud.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';

// A unit whose handler never ends. It sends one message after the other; once so many frames of the cloud were read, it
// prints how many of these found no room, and ends when its last message is acknowledged.
const [count = '0'] = process.argv.slice(2);
const credentials = JSON.parse(process.env['CREDENTIALS'] ?? '') as CloudCredentials;
const alerts = { messageType: 'alerts', items: [] } as const;

let taken = 0;
let refused = 0;
const unit = connectUnit({ systemId: 'unit-1', credentials });
unit.message$.subscribe({ next: () => taken++, error: console.error });
unit.rejected$.subscribe({ next: () => refused++, error: console.error });
unit.handle('desiredStatus', () => new Promise(() => undefined));
await unit.send(alerts).acknowledged;
console.log('ready');
while (taken + refused < Number(count)) await unit.send(alerts).acknowledged;
await unit.send(alerts).acknowledged;
console.log(`${taken} taken, ${refused} refused`);
await unit.stop();
