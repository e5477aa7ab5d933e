import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { defer, map, of, type Observable } from 'rxjs';

/** The addresses of a host, as this machine resolves its name; an address is its own. Fails with the error of the system. */
export const probeName = (host: string): Observable<readonly string[]> =>
  isIP(host) === 0
    ? defer(() => lookup(host, { all: true })).pipe(map((found) => found.map(({ address }) => address)))
    : of([host]);
