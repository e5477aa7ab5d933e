import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type Connection, type ConnectionContext, openConnection } from './connection.js';
import { chooseSubprotocol } from './dialect.js';
import { maxFrame } from './frames.js';
import { pathOf, refuseUpgrade } from './http.js';
import { isAllowedOrigin, type Origins, reportOrigins } from './origins.js';
import type { WebSocket } from './web-socket.js';

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
  /** The path of the WebSocket. */
  readonly path: string;
  readonly origins: Origins | undefined;
  /** Called with an error for each origin whose pages were refused. */
  readonly onError: (error: unknown) => void;
  /** Ends the TCP connection under a stream with a reset. */
  readonly reset: (stream: Duplex) => void;
}

/** Handles upgrade requests: opens a connection for each that may be, and refuses the others. */
export const acceptUpgrades = (
  options: UpgradeOptions,
): ((request: IncomingMessage, stream: Duplex, head: Buffer) => void) => {
  const { connections, context, interception, path, origins } = options;
  const settings = { clientTracking: false, perMessageDeflate: false, maxPayload: maxFrame };
  const handleProtocols = chooseSubprotocol;
  const webSockets = new WebSocketServer({ noServer: true, handleProtocols, ...settings });
  webSockets.on('wsClientError', (_error, stream) => {
    refuseUpgrade(stream, 400);
  });
  const refused = reportOrigins(options.onError);
  let sessions = 0;
  const open = (webSocket: WebSocket, request: IncomingMessage, reset: () => void): void => {
    const { url = '' } = request;
    const connection = openConnection({ webSocket, reset, session: ++sessions, url, request }, context);
    connections.add(connection);
    void connection.closed.then(() => connections.delete(connection));
    interception.accepted(connection);
  };
  return (request, stream, head) => {
    if (pathOf(request) !== path) refuseUpgrade(stream, 404);
    else if (!isAllowedOrigin(request, origins)) {
      context.metrics.limited('origin');
      refused(request);
      refuseUpgrade(stream, 403);
    } else if (interception.refusesUpgrades()) refuseUpgrade(stream, 503);
    else
      webSockets.handleUpgrade(request, stream, head, (webSocket) => {
        open(webSocket, request, () => {
          options.reset(stream);
        });
      });
  };
};
