import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { ReplaySubject, type Observable } from 'rxjs';
import { WebSocketServer, type WebSocket } from 'ws';
import type { SocketRequest } from '../../lib/transport/types.js';
import { startTlsServer, type TlsServer } from './tls-server.js';
import { until } from './until.js';

/** The server's end of a WebSocket. */
export interface Accepted {
  readonly request: IncomingMessage;
  readonly webSocket: WebSocket;
  readonly tls: TLSSocket;
}

/** A WebSocket server over mutual TLS. */
export interface SocketServer extends AsyncDisposable {
  readonly tls: TlsServer;
  /** What a client needs to be let in, with the token `token`. */
  readonly request: SocketRequest;
  readonly accepted$: Observable<Accepted>;
  /** The next WebSocket, or the first one that nobody has asked for yet. */
  readonly accepted: () => Promise<Accepted>;
}

/** Starts a server that accepts every upgrade, unless `refuse` answers it otherwise. */
export const startSocketServer = async (refuse?: (tls: TLSSocket) => void): Promise<SocketServer> => {
  const tls = await startTlsServer();
  const accepted$ = new ReplaySubject<Accepted>(Infinity);
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const sockets = new Set<TLSSocket>();
  let taken = 0;
  tls.server.on('upgrade', (request: IncomingMessage, socket: TLSSocket, head: Buffer) => {
    sockets.add(socket.on('error', () => undefined));
    if (refuse === undefined)
      server.handleUpgrade(request, socket, head, (webSocket) => {
        accepted$.next({ request, webSocket: webSocket.on('error', () => undefined), tls: socket });
      });
    else refuse(socket);
  });
  return {
    tls,
    request: { url: `${tls.origin.replace('https', 'wss')}/ws/v7/`, token: 'token', credentials: tls.credentials },
    accepted$,
    accepted: () => {
      const nth = taken++;
      let index = 0;
      return until(accepted$, () => index++ === nth);
    },
    [Symbol.asyncDispose]: async () => {
      const gone = [...sockets].filter(({ destroyed }) => !destroyed).map((socket) => once(socket, 'close'));
      for (const socket of sockets) socket.destroy();
      await Promise.all(gone);
      await tls[Symbol.asyncDispose]();
    },
  };
};
