import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls';

/** A server without any manners. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
}

const listen = async (server: Server): Promise<RawServer> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};

/** Starts a TCP server on loopback that does this with each connection. */
export const startRawServer = (serve: (socket: Socket) => void = () => undefined): Promise<RawServer> =>
  listen(createServer(serve));

/** Starts a TLS server on loopback that says nothing but in the handshake. */
export const startRawTlsServer = (
  options: TlsOptions,
  serve: (socket: TLSSocket) => void = () => undefined,
): Promise<RawServer> =>
  listen(
    createTlsServer(options, (socket) => {
      socket.on('error', () => undefined);
      serve(socket);
    }),
  );

/** Answers the first bytes of a TLS handshake with this fatal alert. */
export const alerting =
  (alert: number) =>
  (socket: Socket): void => {
    socket.once('data', () => socket.end(Uint8Array.of(0x15, 3, 3, 0, 2, 2, alert)));
  };
