import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { openChannels } from './channels.js';
import type { Connection, ConnectionContext } from './connection.js';
import { createDraining } from './drain.js';
import { readFrame, maxFrame } from './frames.js';
import { answerRequests } from './http.js';
import { type Interception, noInterception } from './interception.js';
import { createListener, type Listener } from './listener.js';
import { memoryLog } from './memory-log.js';
import { createMetrics } from './metrics.js';
import type { DashboardServer, DashboardServerOptions } from './options.js';
import { publishTo } from './publish.js';
import { acceptUpgrades, livePath, type UpgradeInterception } from './upgrades.js';
import { urlHost } from './url-host.js';

/** The points at which tests observe a server and inject faults into it. */
export interface ServerInterception extends Interception, UpgradeInterception {
  /** Handles a request or an upgrade, now or later. */
  readonly admit: (handle: () => void) => void;
  /** True while `/healthz` answers with 503. */
  readonly failsHealth: () => boolean;
}

/** A server together with the parts that faults act on. */
export interface OpenServer {
  readonly server: DashboardServer;
  readonly connections: ReadonlySet<Connection>;
  readonly listener: Listener;
}

/** Observes nothing and injects no faults. */
export const noServerInterception: ServerInterception = {
  ...noInterception,
  admit: (handle) => {
    handle();
  },
  refusesUpgrades: () => false,
  accepted: () => undefined,
  failsHealth: () => false,
};

const withDefaults = (options: DashboardServerOptions) => {
  const { topics = {}, log = memoryLog(), serverId = `server-${randomUUID().slice(0, 8)}` } = options;
  const { port = 0, host = '127.0.0.1', tls, now = Date.now, authenticate = () => 'ok' as const } = options;
  const { heartbeat = 1500, helloTimeout = 5000, maxSubscriptions = 500, bufferMark = maxFrame } = options;
  return {
    ...{ topics, log, serverId, port, host, tls, now, authenticate },
    ...{ heartbeat, helloTimeout, maxSubscriptions, bufferMark },
  };
};

/** Opens a server of dashboards: topics out of the log, HTTP and WebSockets on one port. */
export const openServer = async (
  options: DashboardServerOptions,
  interception: ServerInterception,
): Promise<OpenServer> => {
  const settings = withDefaults(options);
  const { topics, log, now, serverId, host, port, tls } = settings;
  const connections = new Set<Connection>();
  const draining = createDraining(connections, serverId);
  const restarted = (): void => {
    for (const connection of connections) connection.endSubscriptions('gone');
  };
  const channels = await openChannels({ topics, log, now, restarted });
  const metrics = createMetrics();
  const httpServer = tls === undefined ? createServer() : createTlsServer({ ...tls });
  const listener = createListener(httpServer, port, host);
  const context: ConnectionContext = { ...settings, channels, metrics, interception, welcomed: draining.greet };
  const upgrade = acceptUpgrades({ connections, context, interception, reset: listener.reset });
  const answer = answerRequests({
    isHealthy: () => !interception.failsHealth() && !draining.isDraining(),
    metrics: () => metrics.text(connections.size, subscriptionsOf(connections)),
    report: receiveReport(context),
    onRequest: options.onRequest,
  });
  httpServer
    .on('request', (request, response) => {
      interception.admit(() => {
        answer(request, response);
      });
    })
    .on('upgrade', (request, stream, head) => {
      stream.on('error', () => undefined);
      interception.admit(() => {
        upgrade(request, stream, head);
      });
    });

  const stop = once(async () => {
    draining.end();
    channels.close();
    await listener.refuse();
    await closeAll(connections);
    await listener.shut();
  });
  await listener.open().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const address = `${urlHost(host)}:${listener.port()}`;
  const server: DashboardServer = {
    ...publishTo(topics, log, now),
    serverId,
    url: `${tls === undefined ? 'ws' : 'wss'}://${address}${livePath}`,
    origin: `${tls === undefined ? 'http' : 'https'}://${address}`,
    port: listener.port(),
    connections: () => connections.size,
    drain: draining.start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
  return { server, connections, listener };
};

const subscriptionsOf = (connections: ReadonlySet<Connection>): number =>
  [...connections].reduce((sum, connection) => sum + connection.subscriptions(), 0);

const receiveReport =
  ({ interception, metrics }: ConnectionContext) =>
  (bytes: Uint8Array): void => {
    const frame = readFrame(bytes);
    if (frame?.data.messageType !== 'linkReport') throw new Error('no linkReport');
    interception.observe({ kind: 'linkReport', session: 0, clientId: frame.clientId, report: frame.data });
    metrics.report(frame.data);
  };

const closeAll = async (connections: ReadonlySet<Connection>): Promise<void> => {
  const closings = [...connections].map((connection) => {
    connection.silence(false);
    connection.close(1001, 'the server stops');
    return connection.closed;
  });
  await Promise.all(closings);
};

const once = (act: () => Promise<void>): (() => Promise<void>) => {
  let acting: Promise<void> | undefined;
  return () => (acting ??= act());
};
