import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { createListener } from './listener.js';
import { urlHost } from './url-host.js';
import { answerRequests, pathOf, refuseUpgrade } from './http.js';
import { type DashboardBooks, openBooks } from './journal.js';
import { openChannels } from './channel.js';
import { type Connection, openConnection } from './connection.js';
import { type DashboardFaults, dashboardFaults } from './faults.js';
import type { DashboardServerOptions } from './options.js';
import { createDraining, type DrainOptions } from './drain.js';
import { maxFrame, readFrame } from './frames.js';
import type { LogPosition } from './log.js';
import { memoryLog } from './memory-log.js';
import { createMetrics } from './metrics.js';
import { createPlan } from './fault-plan.js';
import { publishTo } from './publish.js';

const livePath = '/live';

/** The server side of dashboards, on loopback. */
export interface DashboardServer extends DashboardFaults, AsyncDisposable {
  readonly serverId: string;
  /** Where dashboards connect to: `ws://127.0.0.1:…/live`. */
  readonly url: string;
  /** Where it answers HTTP: `http://127.0.0.1:…`. */
  readonly origin: string;
  readonly port: number;
  /** Puts an entry into a topic of this server; settles once it is in the log. `ts` in milliseconds since 1970, default now. */
  publish(topic: string, entry: unknown, ts?: number): Promise<LogPosition>;
  /** Takes a row out of a topic with a state. */
  remove(topic: string, key: string | number, ts?: number): Promise<LogPosition>;
  /** What happened. */
  readonly books: DashboardBooks;
  /** How many dashboards are connected. */
  connections(): number;
  /**
   * Says `goaway` to every dashboard and 503 to health checks, then closes those that stay with 1012, one by one over the
   * time. Settles when none is left. Who comes meanwhile is served, and sent away too.
   */
  drain(options?: DrainOptions): Promise<void>;
  /** Closes every connection with 1001; settles when no socket, timer or listener is left. The log is not closed. */
  stop(): Promise<void>;
}

/**
 * Starts a server for dashboards on loopback: the subscription profile over a WebSocket at `/live`, `/healthz` for load
 * balancers, `/metrics` for Prometheus, `/reports` for pages that are left; and it does wrong what it is told to.
 *
 * ```ts
 * await using server = await startDashboard({ topics: { units: stateTopic() } });
 * await server.publish('units', { id: 'u-1', state: 'online' });
 * server.cut();
 * ```
 */
export const startDashboard = async (options: DashboardServerOptions = {}): Promise<DashboardServer> => {
  const { topics = {}, host = '127.0.0.1', serverId = `server-${randomUUID().slice(0, 8)}`, now = Date.now } = options;
  const { authenticate = () => 'ok', heartbeat = 1500, helloTimeout = 5000, tls } = options;
  const { maxSubscriptions = 500, bufferMark = maxFrame } = options;
  const log = options.log ?? memoryLog();
  const books = openBooks(now);
  const metrics = createMetrics();
  const plan = createPlan();
  const open = new Set<Connection>();
  const ignored: (() => void)[] = [];
  const draining = createDraining(open, serverId);
  let sessions = 0;

  const channels = await openChannels(topics, log, now, () => {
    for (const connection of open) connection.endSubscriptions('gone');
  });
  const server = tls === undefined ? createServer() : createTlsServer({ ...tls });
  const listener = createListener(server, options.port ?? 0, host);
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxFrame,
  });
  webSockets.on('wsClientError', (_error, stream) => {
    refuseUpgrade(stream, 400);
  });

  const limits = { heartbeat, helloTimeout, maxSubscriptions, bufferMark };
  const welcomed = (connection: Connection): void => {
    draining.greet(connection);
  };
  const context = { serverId, channels, books, metrics, plan, authenticate, now, welcomed, ...limits };

  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    if (pathOf(request) !== livePath) refuseUpgrade(stream, 404);
    else if (plan.refusesUpgrades) refuseUpgrade(stream, 503);
    else
      webSockets.handleUpgrade(request, stream, head, (webSocket) => {
        const reset = (): void => {
          listener.reset(stream);
        };
        const connection = openConnection({ webSocket, reset, session: ++sessions, url: request.url ?? '' }, context);
        open.add(connection);
        void connection.closed.then(() => open.delete(connection));
        const step = plan.acceptThenClose.shift();
        if (step?.code !== undefined) connection.close(step.code, '');
        else if (step !== undefined) reset();
      });
  };

  const subscriptions = (): number => [...open].reduce((sum, connection) => sum + connection.subscriptions(), 0);
  const answer = answerRequests({
    isHealthy: () => !plan.failsHealth && !draining.isDraining(),
    metrics: () => metrics.text(open.size, subscriptions()),
    report: (bytes) => {
      const frame = readFrame(bytes);
      if (frame?.data.messageType !== 'linkReport') throw new Error('no linkReport');
      books.add({ kind: 'linkReport', session: 0, clientId: frame.clientId, report: frame.data });
      metrics.report(frame.data);
    },
    onRequest: options.onRequest,
  });

  /** Does it now, or when this server answers again. */
  const whenHeard = (act: () => void): void => {
    if (plan.ignoresRequests) ignored.push(act);
    else act();
  };

  server
    .on('request', (request, response) => {
      whenHeard(() => {
        answer(request, response);
      });
    })
    .on('upgrade', (request, stream, head) => {
      stream.on('error', () => undefined);
      whenHeard(() => {
        upgrade(request, stream, head);
      });
    });

  const end = async (): Promise<void> => {
    draining.end();
    channels.close();
    await listener.refuse();
    const closings = [...open].map((connection) => {
      connection.silence(false);
      connection.close(1001, 'the server stops');
      return connection.closed;
    });
    await Promise.all(closings);
    await listener.shut();
    books.end();
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= end());

  try {
    await listener.open();
  } catch (error) {
    await stop();
    throw error;
  }

  const address = `${urlHost(host)}:${listener.port()}`;
  return {
    ...dashboardFaults(open, plan, listener, () => {
      for (const act of ignored.splice(0)) act();
    }),
    ...publishTo(topics, log, now),
    serverId,
    url: `${tls === undefined ? 'ws' : 'wss'}://${address}${livePath}`,
    origin: `${tls === undefined ? 'http' : 'https'}://${address}`,
    port: listener.port(),
    books,
    connections: () => open.size,
    drain: (drainOptions) => draining.start(drainOptions),
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
