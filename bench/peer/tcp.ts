import { createServer as createPlain, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createSecure } from 'node:tls';
import type { Ports, ServerIdentity } from './listen.js';

const portOf = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

/** Serves the same over mutual TLS and over plain TCP, without HTTP. */
export const listenOnTcp = async (identity: ServerIdentity, serve: (socket: Socket) => void): Promise<Ports> => ({
  tls: await portOf(createSecure({ ...identity, requestCert: true, rejectUnauthorized: true }, serve)),
  plain: await portOf(createPlain(serve)),
});
