// A dashboard that does not freeze: `npm run dashboard`, then open the address that it prints and break something.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startExample } from './start-example.js';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port ${values.port}: it takes a whole number from 0 (any free port) to 65535`);
  process.exit(2);
}
const example = await startExample({ port });
console.log(`The dashboard is at ${example.url} until you press Ctrl+C.`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await example.stop();
