import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority, type Authority } from '../../lib/testing/cloud/authority.js';
import type { Credentials } from '../../lib/transport/types.js';

/** An HTTPS server that demands client certificates. */
export interface TlsServer extends AsyncDisposable {
  readonly server: Server;
  readonly authority: Authority;
  /** Ends in the port. */
  readonly origin: string;
  /** What a client needs to be let in. */
  readonly credentials: Credentials;
}

let shared: Promise<Authority> | undefined;

/** Starts a server on loopback; its certificate is made out to the address unless another one is given. */
export const startTlsServer = async (
  answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined,
  { ipAddresses = ['127.0.0.1'] }: { readonly ipAddresses?: readonly string[] } = {},
): Promise<TlsServer> => {
  const authority = await (shared ??= createAuthority());
  const own = await authority.issue({ commonName: 'server', ipAddresses, server: true });
  const client = await authority.issue({ commonName: 'unit-1' });
  const server = createServer(
    { cert: own.cert, key: own.key, ca: authority.ca, requestCert: true, rejectUnauthorized: true },
    answer,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    authority,
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { ca: authority.ca, cert: client.cert, key: client.key },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
