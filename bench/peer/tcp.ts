import { createServer as createPlain, type Socket } from 'node:net';
import { createServer as createSecure } from 'node:tls';
import { portsOf, type Ports, type ServerIdentity } from './listen.js';

/** Serves the same over mutual TLS and over plain TCP, without HTTP. */
export const listenOnTcp = (identity: ServerIdentity, serve: (socket: Socket) => void): Promise<Ports> =>
  portsOf(createSecure({ ...identity, requestCert: true, rejectUnauthorized: true }, serve), createPlain(serve));
