import type { IncomingMessage } from 'node:http';
import { DashboardServerError } from './server-error.js';

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

/** The most origins that are reported, so that made-up ones cannot fill memory or logs. */
const mostReported = 100;
const mostCharacters = 200;

/** Returns what reports a refused page, each origin once. */
export const reportOrigins = (report: (error: unknown) => void): ((request: IncomingMessage) => void) => {
  const reported = new Set<string>();
  return ({ headers: { origin = '', host = '' } }) => {
    const shown = JSON.stringify(origin.slice(0, mostCharacters));
    if (reported.has(shown) || reported.size >= mostReported) return;
    reported.add(shown);
    report(
      new DashboardServerError(
        `a page of ${shown} was refused, which asked for the host ${JSON.stringify(host.slice(0, mostCharacters))}: ` +
          'add it to origins, or have the proxy pass on Host as it came',
      ),
    );
  };
};
