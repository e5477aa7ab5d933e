import { openChannels } from './channels.js';
import type { Connection, ConnectionContext } from './connection.js';
import { createDraining } from './drain.js';
import type { DashboardServer } from './dashboard-server.js';
import { readFrame } from './frames.js';
import { answerRequests } from './http.js';
import { IdentityShares } from './identity-shares.js';
import { type Interception, noInterception } from './interception.js';
import type { Listener } from './listener.js';
import { createMetrics } from './metrics.js';
import type { DashboardServerOptions } from './options.js';
import { publishTo } from './publish.js';
import { settingsOf } from './settings.js';
import { createSite } from './site.js';
import { acceptUpgrades, type UpgradeInterception } from './upgrades.js';

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

/** Opens a server of dashboards: topics out of the log, HTTP and WebSockets on one port. */
export const openServer = async (
  options: DashboardServerOptions,
  interception: ServerInterception,
): Promise<OpenServer> => {
  const settings = settingsOf(options);
  const { topics, log, now, serverId } = settings;
  const connections = new Set<Connection>();
  const draining = createDraining(connections, serverId);
  const restarted = (): void => {
    for (const connection of connections) connection.endSubscriptions('gone');
  };
  const metrics = createMetrics();
  const unusable = (error: unknown): void => {
    metrics.limited('unusable');
    settings.onError(error);
  };
  const channels = await openChannels({ topics, log, now, restarted, unusable, failed: settings.onError });
  const site = createSite(options, settings);
  const { listener } = site;
  const context: ConnectionContext = {
    ...{ ...settings, channels, metrics, interception, welcomed: draining.greet },
    connectionShares: new IdentityShares(settings.maxConnectionsOfIdentity),
    subscriptionShares: new IdentityShares(settings.maxSubscriptionsOfIdentity),
  };
  const upgrade = acceptUpgrades({ ...settings, connections, context, interception, reset: listener.reset });
  const handle = answerRequests({
    isHealthy: () => !interception.failsHealth() && !draining.isDraining(),
    metrics: () => metrics.text(connections.size, subscriptionsOf(connections)),
    report: receiveReport(context),
  });
  site.serve(handle, upgrade, interception.admit);

  const stop = once(async () => {
    draining.end();
    channels.close();
    await site.refuse();
    await closeAll(connections);
    await site.shut();
  });
  await site.open().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const server: DashboardServer = {
    ...publishTo(topics, log, now),
    ...{ serverId, handle },
    // Known from the moment at which the server listens, which is later where the app starts it.
    get url() {
      return site.addresses().url;
    },
    get origin() {
      return site.addresses().origin;
    },
    get port() {
      return site.addresses().port;
    },
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
