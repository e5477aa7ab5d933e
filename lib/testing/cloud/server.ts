import { createServer, type Server } from 'node:https';
import { isIP } from 'node:net';
import type { Authority } from './authority.js';

/** Returns HTTPS servers that require a client certificate of the authority. */
export const serversOf = async (authority: Authority, host: string): Promise<() => Server> => {
  const isAddress = isIP(host) !== 0;
  const { cert, key } = await authority.issue({
    commonName: host,
    dnsNames: ['localhost', ...(isAddress ? [] : [host])],
    ipAddresses: ['127.0.0.1', '::1', ...(isAddress ? [host] : [])],
    server: true,
  });
  return () => createServer({ cert, key, ca: authority.ca, requestCert: true, rejectUnauthorized: true });
};
