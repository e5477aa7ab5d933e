import { isIPv6 } from 'node:net';

const wildcards = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** The host as it is written in a URL; one of loopback where a server listens on every address. */
export const urlHost = (host: string): string => {
  const reachable = wildcards.get(host) ?? host;
  return isIPv6(reachable) ? `[${reachable}]` : reachable;
};
