import { createServer as createPlain, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo, Server as TcpServer } from 'node:net';

/** What the server of a peer shows. */
export interface ServerIdentity {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** The ports that a peer listens on. */
export interface Ports {
  readonly tls: number;
  readonly plain: number;
}

const portOf = async (server: TcpServer): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

/** Has both listen on ports of their own. */
export const portsOf = async (secure: TcpServer, plain: TcpServer): Promise<Ports> => ({
  tls: await portOf(secure),
  plain: await portOf(plain),
});

/** Serves the same over mutual TLS and over plain TCP. */
export const listen = async (identity: ServerIdentity, serve: (server: Server) => void): Promise<Ports> => {
  const secure = createSecure({ ...identity, requestCert: true, rejectUnauthorized: true });
  const plain = createPlain();
  serve(secure);
  serve(plain);
  return portsOf(secure, plain);
};
