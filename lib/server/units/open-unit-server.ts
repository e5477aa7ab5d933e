import type { Server } from 'node:https';
import { answerHealth } from '../http.js';
import { createListener, type Listener } from '../listener.js';
import { urlHost } from '../url-host.js';
import { answerDiscoveries, DISCOVERY_PATH, type DiscoveryOptions } from './discovery.js';
import type { LinkedSession } from './session.js';
import { createSessions, type SessionsOptions } from './sessions.js';
import { answerUpgrades, ENDPOINT_PATH, type UpgradeOptions } from './upgrades.js';
import type { UnitFaults } from './unit-faults.js';

/** Dependencies of {@link openUnitServer}. */
export interface UnitServerParts
  extends
    SessionsOptions,
    Pick<DiscoveryOptions, 'discover'>,
    Pick<UpgradeOptions, 'maxFrame' | 'tokens' | 'isLeaving'> {
  readonly host: string;
  readonly discoveryPort: number;
  readonly port: number;
  /** Returns an HTTPS server that requires a client certificate. */
  readonly newServer: () => Server;
  readonly plan: UnitFaults;
  /** The URLs that units connect to, given the one of this server. */
  readonly endpoints: (url: string) => readonly string[];
}

/** A server of units together with the parts that faults act on. */
export interface OpenUnitServer {
  readonly sessions: ReadonlySet<LinkedSession>;
  readonly listeners: readonly Listener[];
  /** The URL of service discovery. */
  readonly discoveryUrl: () => string;
  /** The WebSocket endpoint. */
  readonly url: () => string;
  /** Ends everything at once; settles when no socket or listener is left. */
  readonly stop: () => Promise<void>;
}

/** Opens service discovery and the endpoint of the WebSocket, on two ports; settles once both accept connections. */
export const openUnitServer = async (parts: UnitServerParts): Promise<OpenUnitServer> => {
  const { host, discoveryPort, port, newServer, plan, record, tokens, discover, endpoints } = parts;
  const [discoveryServer, endpointServer] = [newServer(), newServer()];
  for (const server of [discoveryServer, endpointServer])
    server.on('tlsClientError', (error) => {
      record.add({ kind: 'handshakeFailed', reason: error.message });
    });
  const discovery = createListener(discoveryServer, discoveryPort, host);
  const endpoint = createListener(endpointServer, port, host);
  const listeners = [discovery, endpoint];
  const sessions = createSessions(parts);
  const discoveryUrl = (): string => `https://${urlHost(host)}:${discovery.port()}${DISCOVERY_PATH}`;
  const url = (): string => `wss://${urlHost(host)}:${endpoint.port()}${ENDPOINT_PATH}`;

  const answer = answerDiscoveries({
    ...{ plan, record, discover, issue: tokens.issue, url: discoveryUrl },
    endpoints: () => endpoints(url()),
  });
  const { admits, accept } = sessions;
  const health = answerHealth(() => !parts.isLeaving());
  discoveryServer.on('request', (request, response) => {
    if (!health(request, response)) void answer(request, response);
  });
  endpointServer
    .on('upgrade', answerUpgrades({ ...parts, reset: endpoint.reset, admits, accept }))
    .on('request', (request, response) => {
      if (!health(request, response)) response.writeHead(426).end();
    });

  const stop = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.shut()));
    await sessions.closed();
  };
  await Promise.all(listeners.map((listener) => listener.open())).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { sessions: sessions.open, listeners, discoveryUrl, url, stop };
};
