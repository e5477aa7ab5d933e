import type { Observable } from 'rxjs';
import { FailedLast } from '../../collections/failed-last.js';
import { discover } from '../discover.js';
import { probeClock } from './clock.js';
import { probeName } from './name.js';
import { probeTcp } from './tcp.js';
import { probeTls, type TlsReport, type TlsTarget } from './tls.js';
import { probeWebSocket } from './web-socket.js';
import type { Credentials, SocketRequest, Transport } from '../types.js';

/** The steps that lead to a connection, one at a time, to find out which of them fails. All of them are cold. */
export interface Probes {
  /** Emits the time of a server, in milliseconds since 1970. */
  readonly clock: (url: string, credentials: Credentials) => Observable<number>;
  /** The addresses of a host. */
  readonly name: (host: string) => Observable<readonly string[]>;
  readonly tcp: (address: string, port: number) => Observable<unknown>;
  readonly tls: (target: TlsTarget) => Observable<TlsReport>;
  readonly discover: Transport['discover'];
  readonly webSocket: (request: SocketRequest) => Observable<'opened' | 'ponged'>;
}

/** The probes of a unit in Node, where a request gets the default deadline. */
export const nodeProbes: Probes = {
  clock: probeClock,
  name: probeName,
  tcp: probeTcp,
  tls: probeTls,
  discover,
  webSocket: probeWebSocket,
};

/** The same, for another deadline of a request, in milliseconds. */
export const nodeProbesWithin = (connectTimeout: number): Probes => {
  const addresses = new FailedLast();
  return {
    ...nodeProbes,
    discover: (request) => discover(request, { connectTimeout, addresses }),
    webSocket: (request) => probeWebSocket(request, { connectTimeout, addresses }),
  };
};
