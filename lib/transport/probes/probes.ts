import type { Observable } from 'rxjs';
import { discover } from '../discover.js';
import { nodeTransport } from '../node-transport.js';
import { proxyFor, type ProxyOption } from '../proxy.js';
import { probeClock } from './clock.js';
import { probeName } from './name.js';
import { probeTcp } from './tcp.js';
import { probeTls, type TlsReport, type TlsTarget } from './tls.js';
import { probeTunnel } from './tunnel.js';
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
  /** The proxy on the way to a URL, once it has made a tunnel; undefined where there is no proxy on it. */
  readonly proxy?: (url: string) => Observable<string> | undefined;
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

/** The same, for another deadline of a request, in milliseconds, and through a proxy if there is one. */
export const nodeProbesWithin = (connectTimeout: number, proxy?: ProxyOption): Probes => {
  const transport = nodeTransport({ connectTimeout, proxy });
  return {
    ...nodeProbes,
    discover: transport.discover,
    webSocket: (request) => probeWebSocket(request, transport.openSocket),
    proxy: (url) => {
      const through = proxyFor(url, proxy);
      return through && probeTunnel(url, through, { connectTimeout });
    },
  };
};
