import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type Connection, type ConnectionContext, openConnection } from './connection.js';
import { maxFrame } from './frames.js';
import { pathOf, refuseUpgrade } from './http.js';
import type { WebSocket } from './web-socket.js';

/** The path of the WebSocket for dashboards. */
export const livePath = '/live';

/** The points at which tests interfere with upgrades. */
export interface UpgradeInterception {
  /** True while upgrades are refused with 503. */
  readonly refusesUpgrades: () => boolean;
  /** Called with each connection that was accepted. */
  readonly accepted: (connection: Connection) => void;
}

/** Dependencies of {@link acceptUpgrades}. */
export interface UpgradeOptions {
  readonly connections: Set<Connection>;
  readonly context: ConnectionContext;
  readonly interception: UpgradeInterception;
  /** Ends the TCP connection under a stream with a reset. */
  readonly reset: (stream: Duplex) => void;
}

/** Handles upgrade requests: opens a connection for each at {@link livePath}, and refuses the others. */
export const acceptUpgrades = (
  options: UpgradeOptions,
): ((request: IncomingMessage, stream: Duplex, head: Buffer) => void) => {
  const { connections, context, interception } = options;
  const settings = { clientTracking: false, perMessageDeflate: false, maxPayload: maxFrame };
  const webSockets = new WebSocketServer({ noServer: true, ...settings });
  webSockets.on('wsClientError', (_error, stream) => {
    refuseUpgrade(stream, 400);
  });
  let sessions = 0;
  const open = (webSocket: WebSocket, url: string, reset: () => void): void => {
    const connection = openConnection({ webSocket, reset, session: ++sessions, url }, context);
    connections.add(connection);
    void connection.closed.then(() => connections.delete(connection));
    interception.accepted(connection);
  };
  return (request, stream, head) => {
    if (pathOf(request) !== livePath) refuseUpgrade(stream, 404);
    else if (interception.refusesUpgrades()) refuseUpgrade(stream, 503);
    else
      webSockets.handleUpgrade(request, stream, head, (webSocket) => {
        open(webSocket, request.url ?? '', () => {
          options.reset(stream);
        });
      });
  };
};
