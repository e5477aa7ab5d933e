// One dashboard server: a process of its own, which shares its log with the others through Redis.
import { redisLog, startDashboard } from 'unitlink/testing';
import { serveFiles } from './serve-files.js';
import { topics } from './topics.js';

const { SERVER_ID = 'a', PORT = '0', REDIS_URL = 'redis://127.0.0.1:6379' } = process.env;
/** Directories with the files of a page: what is served at `/`, and under `/viewer/`. */
const { PAGE, VIEWER } = process.env;
/** How long dashboards have for going elsewhere, in milliseconds. */
const { DRAIN = '60000' } = process.env;

const log = redisLog(REDIS_URL);
const server = await startDashboard({
  topics,
  log,
  serverId: SERVER_ID,
  port: Number(PORT),
  onRequest: serveFiles({ ...(VIEWER && { '/viewer/': VIEWER }), ...(PAGE && { '/': PAGE }) }),
});

const leave = async (): Promise<void> => {
  await server.drain({ over: Number(DRAIN) });
  await server.stop();
  await log.close();
  process.exit();
};
// What a service manager sends: dashboards are sent elsewhere first.
process.once('SIGTERM', () => void leave());
process.once('disconnect', () => process.exit(1));
process.send?.({ port: server.port });
