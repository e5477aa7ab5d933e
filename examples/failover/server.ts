// One dashboard server: a process of its own, which shares its log with the others through Redis.
import { redisLog, serveDashboards } from 'unitlink/server';
import { servePage } from '../dashboard/serve-page.js';
import { topics } from './topics.js';

const { SERVER_ID = 'a', PORT = '0', REDIS_URL = 'redis://127.0.0.1:6379' } = process.env;
/** Directories with the files of pages, which are served at `/`. */
const { PAGE, VIEWER } = process.env;
/** How long dashboards have for going elsewhere, in milliseconds. */
const { DRAIN = '60000' } = process.env;

const answers = [PAGE, VIEWER].filter((directory) => directory !== undefined).map((folder) => servePage(folder));
const log = redisLog(REDIS_URL);
const server = await serveDashboards({
  topics,
  log,
  serverId: SERVER_ID,
  port: Number(PORT),
  onRequest: (request, response) => {
    if (!answers.some((answer) => answer(request, response))) response.writeHead(404).end();
  },
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
