import { EventEmitter } from 'node:events';
import type { ClientRequest } from 'node:http';
import { defer, finalize, map, type Observable } from 'rxjs';
import { targetOf } from '../../protocol/url.js';
import type { DialOptions } from '../dial.js';
import { shownProxy, type ProxyOptions } from '../proxy.js';
import { Tunnel } from '../tunnel.js';

/** Emits the proxy, as it may be shown, once it has made a tunnel to the host of the URL, which is then ended. */
export const probeTunnel = (url: string, proxy: ProxyOptions, options: DialOptions): Observable<string> =>
  defer(() => {
    const { host, port } = targetOf(url);
    const tunnel = new Tunnel(url, proxy, undefined, options);
    const request: unknown = new EventEmitter(); // all that is asked of it
    return defer(() => tunnel.connect(request as ClientRequest, { host, port, secureEndpoint: false })).pipe(
      map((socket) => {
        if ('destroy' in socket) socket.destroy();
        return shownProxy(proxy);
      }),
      finalize(() => {
        tunnel.abandon();
      }),
    );
  });
