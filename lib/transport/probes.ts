import type { Observable } from 'rxjs';
import { discover } from './discover.js';
import { probeName } from './probe-name.js';
import { probeTcp } from './probe-tcp.js';
import { probeTls, type TlsReport, type TlsTarget } from './probe-tls.js';
import { probeWebSocket } from './probe-web-socket.js';
import type { SocketRequest, Transport } from './types.js';

/** The steps that lead to a connection, one at a time, for those who have to know which of them fails. Cold, all of them. */
export interface Probes {
  /** The addresses of a host. */
  readonly name: (host: string) => Observable<readonly string[]>;
  readonly tcp: (address: string, port: number) => Observable<unknown>;
  readonly tls: (target: TlsTarget) => Observable<TlsReport>;
  readonly discover: Transport['discover'];
  readonly webSocket: (request: SocketRequest) => Observable<'opened' | 'ponged'>;
}

/** The probes of a unit in Node. */
export const nodeProbes: Probes = {
  name: probeName,
  tcp: probeTcp,
  tls: probeTls,
  discover,
  webSocket: probeWebSocket,
};
