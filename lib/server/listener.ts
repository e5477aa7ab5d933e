import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/** A TCP or TLS server that can stop listening, with every connection reset or kept, and come back on the same port. */
export interface Listener {
  /** Returns the port it listens on, or did last. */
  port(): number;
  /** Settles once connections are accepted; rejects if the port cannot be used. */
  readonly open: () => Promise<void>;
  /** Refuses new connections and resets the open ones; settles once they are gone. */
  readonly shut: () => Promise<void>;
  /** Refuses new connections and keeps the open ones; settles once nothing listens. */
  readonly refuse: () => Promise<void>;
  /** Ends the TCP connection under a stream of this server with a reset. */
  readonly reset: (stream: Duplex) => void;
}

// Node keeps the TCP socket under a TLS stream private; the peer's address and port tell which it is.
const peerAddress = (stream: Duplex): string => {
  const { remoteAddress = '', remotePort = 0 } = stream as Partial<Socket>;
  return `${remoteAddress} ${remotePort}`;
};

interface Connection {
  readonly tcp: Socket;
  tls?: TLSSocket;
}

const resetConnection = ({ tcp, tls }: Connection): void => {
  // The system resets no socket whose end of stream is on its way, and Node would then never close it.
  if (tls?.writableEnded === true && !tls.writableFinished) tls.destroy();
  else
    try {
      tcp.resetAndDestroy();
    } catch {
      tcp.destroy(); // Bun can reset no connection of its HTTP server
    }
};

/** Listens with a server of Node, on the same port each time. */
export const createListener = (server: Server, wantedPort: number, host: string): Listener => {
  const connections = new Map<string, Connection>();
  let port = wantedPort;
  let last: Promise<void> = Promise.resolve();

  server
    .on('connection', (tcp: Socket) => {
      const address = peerAddress(tcp);
      connections.set(address, { tcp });
      tcp.once('close', () => {
        if (connections.get(address)?.tcp === tcp) connections.delete(address);
      });
    })
    .on('secureConnection', (tls: TLSSocket) => {
      const connection = connections.get(peerAddress(tls));
      if (connection !== undefined) connection.tls = tls;
    });

  const listen = async (): Promise<void> => {
    if (server.listening) return;
    server.listen(port, host);
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };

  // The server is closed when its last connection is. A socket that could not be reset never closes.
  let closed: Promise<unknown> | undefined;
  const refuse = (): void => {
    if (!server.listening) return;
    closed = new Promise((resolve) => {
      server.once('close', resolve);
    });
    server.close();
  };

  const close = async (): Promise<void> => {
    refuse();
    for (const connection of connections.values()) resetConnection(connection);
    await closed;
  };

  const inTurn = (step: () => Promise<void>): Promise<void> => {
    const done = last.then(step);
    last = done.catch(() => undefined);
    return done;
  };

  return {
    port: () => port,
    open: () => inTurn(listen),
    shut: () => inTurn(close),
    refuse: () =>
      inTurn(() => {
        refuse();
        return Promise.resolve();
      }),
    reset: (stream) => {
      const connection = connections.get(peerAddress(stream));
      if (connection !== undefined) resetConnection(connection);
    },
  };
};
