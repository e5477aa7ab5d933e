import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Settings of a proxy of a spec. */
export interface ConnectProxySettings {
  /** The status that answers CONNECT with these headers: 200 makes a tunnel, undefined is no answer. Default: 200. */
  readonly answer?: (headers: IncomingHttpHeaders) => number | undefined;
  /** The certificate that it is reached with by TLS. Default: no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Default: any free port. */
  readonly port?: number;
}

/** A proxy on loopback that makes tunnels to ports of loopback, whatever the name of the host. */
export interface ConnectProxy extends AsyncDisposable {
  readonly port: number;
  /** Where each CONNECT came from and what it asked for. */
  readonly asked: { readonly from: string | undefined; readonly to: string; readonly headers: IncomingHttpHeaders }[];
}

/** Settles once it listens; it is stopped by disposing of it, with a reset of its tunnels. */
export const startConnectProxy = async (settings: ConnectProxySettings = {}): Promise<ConnectProxy> => {
  const { answer = () => 200, tls, port: asked = 0 } = settings;
  const proxy: Pick<ConnectProxy, 'asked'> = { asked: [] };
  const open = new Set<Duplex>();
  const watch = (socket: Duplex) => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
  };
  const server: Server = tls ? createTlsServer(tls) : createServer();
  server.on('connection', watch);
  server.on('connect', ({ url = '', headers, socket }: IncomingMessage, client: Socket) => {
    proxy.asked.push({ from: socket.remoteAddress, to: url, headers });
    const status = answer(headers);
    if (status === undefined) return;
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const behind = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      behind.pipe(client).pipe(behind);
    });
    for (const each of [client, behind]) watch(each);
  });
  server.listen(asked, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
  return { ...proxy, port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: stop };
};
