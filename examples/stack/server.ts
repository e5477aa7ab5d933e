// One server of units and of dashboards: a process of its own, which shares its log with the others through Redis.
import { createClient } from '@redis/client';
import { readFileSync } from 'node:fs';
import { defer, mergeMap, retry } from 'rxjs';
import { redisLog, serveDashboards, serveUnits, stateTopic, type UnitMessage } from 'unitlink/server';

const { SERVER_ID = 'a', REDIS_URL = '', LEDGER_URL = '', TLS_FILE = '', ENDPOINT = '', DRAIN = '3000' } = process.env;
const { DISCOVERY_PORT, UNIT_PORT, HTTP_PORT } = process.env;

const log = redisLog(REDIS_URL, { claimAfter: 3000 });
const units = await serveUnits({
  ...{ log, serverId: SERVER_ID, secret: 'of this stack', retryAfter: 300, endpoints: [ENDPOINT] },
  tls: JSON.parse(readFileSync(TLS_FILE, 'utf8')) as { cert: string; key: string; ca: string },
  discoveryPort: Number(DISCOVERY_PORT),
  port: Number(UNIT_PORT),
});
const dashboards = await serveDashboards({
  ...{ log, serverId: SERVER_ID, origins: 'any' },
  topics: { units: stateTopic() },
  port: Number(HTTP_PORT),
});

const ledger = createClient({ url: LEDGER_URL }).on('error', () => undefined);
await ledger.connect();

/** Counts a message as handled, shows its unit on the pages, and lets the log forget it. */
const handle = async ({ systemId, txn, done }: UnitMessage): Promise<void> => {
  await ledger.sendCommand(['SADD', 'stack:handled', txn]);
  await dashboards.publish('units', { id: systemId, txn });
  done();
};
units.message$
  .pipe(mergeMap((message) => defer(() => handle(message)).pipe(retry({ delay: 300 })), 64))
  .subscribe({ error: console.error });

process.once('SIGTERM', () => {
  void Promise.all([units.drain({ over: Number(DRAIN) }), dashboards.drain({ over: Number(DRAIN) })]).then(async () => {
    await Promise.all([units.stop(), dashboards.stop()]);
    await log.close();
    process.exit();
  });
});
process.send?.('serving');
