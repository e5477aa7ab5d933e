import { EventEmitter } from 'node:events';
import type { ClientRequest } from 'node:http';
import { defer, finalize, map, type Observable } from 'rxjs';
import { shownProxy, type ProxyOptions } from '../proxy.js';
import { secureContexts } from '../secure-contexts.js';
import { Tunnel } from '../tunnel.js';

/** Emits the proxy, as it may be shown, once it has made a tunnel to the host of the URL, which is then ended. */
export const probeTunnel = (url: string, proxy: ProxyOptions): Observable<string> =>
  defer(() => {
    const { protocol, hostname, port } = new URL(url);
    const isSecure = protocol === 'https:' || protocol === 'wss:';
    const tunnel = new Tunnel(url, proxy, undefined, secureContexts());
    const request: unknown = new EventEmitter(); // all that is asked of it
    const target = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (isSecure ? 443 : 80) };
    return defer(() => tunnel.connect(request as ClientRequest, { ...target, secureEndpoint: false })).pipe(
      map((socket) => {
        if ('destroy' in socket) socket.destroy();
        return shownProxy(proxy);
      }),
      finalize(() => {
        tunnel.abandon();
      }),
    );
  });
