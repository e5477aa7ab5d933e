import type { IncomingMessage } from 'node:http';

/** The origins whose pages may connect: a list, or any. */
export type Origins = readonly string[] | 'any';

/**
 * True if the page that opens a connection may do so. A browser says its origin with every upgrade, and adds cookies to
 * it whichever page asks; a program that is no browser says none, and has no cookies that are not its own.
 */
export const isAllowedOrigin = ({ headers }: IncomingMessage, origins: Origins | undefined): boolean => {
  const { origin, host } = headers;
  if (origin === undefined || origins === 'any') return true;
  if (origins !== undefined) return origins.includes(origin);
  return hostOf(origin) === host?.toLowerCase();
};

/** The host and port of an origin; undefined for `null`, which sandboxed pages send, and whatever cannot be read. */
const hostOf = (origin: string): string | undefined => {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
};
