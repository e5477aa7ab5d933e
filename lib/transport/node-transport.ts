import {
  BehaviorSubject,
  combineLatest,
  defer,
  filter,
  map,
  type Observable,
  of,
  ReplaySubject,
  share,
  switchMap,
} from 'rxjs';
import { FailedLast } from '../collections/failed-last.js';
import { OptionError } from '../errors.js';
import { isProxyOption, proxyFor, type ProxyOption } from './proxy.js';
import type { RequestOptions } from './request-options.js';
import type { OpenSocketOptions } from './open-socket.js';
import { secureContexts, type TlsSettings } from './secure-contexts.js';
import type { Transport } from './types.js';

/** Options of {@link nodeTransport}. */
export interface NodeTransportOptions extends Omit<OpenSocketOptions, 'onGone' | 'addresses' | 'contexts' | 'tunnel'> {
  /**
   * The proxy that discovery and WebSocket go through, by CONNECT: its URL, with user name and password if need be, or
   * `{ url, token, ca }`. False for none.
   *
   * @defaultValue that of `HTTPS_PROXY`, unless `NO_PROXY` excludes the host
   */
  readonly proxy?: ProxyOption | undefined;
  /**
   * Further settings of TLS, such as `minVersion` and `ciphers`.
   *
   * @defaultValue TLS 1.2 or later
   */
  readonly tls?: TlsSettings | undefined;
  /**
   * The `User-Agent` of both requests.
   *
   * @defaultValue `unitlink/VERSION`
   */
  readonly userAgent?: string | undefined;
}

/**
 * The transport of a unit in Node: node-fetch for discovery, ws for the connection, mutual TLS for both.
 *
 * @param given - Deadlines, the way to the cloud, what is shown to it, and the largest frame that is read.
 * @throws {@link OptionError} if the proxy cannot be one
 * @returns The transport, for the option `transport` of `connectUnit`, which makes one by default.
 *
 * @example
 * ```ts
 * const unit = connectUnit({ …, transport: nodeTransport({ connectTimeout: 10_000 }) });
 * ```
 */
export const nodeTransport = (given: NodeTransportOptions = {}): Transport => {
  const { proxy, tls, userAgent, ...others } = given;
  if (proxy !== undefined && !isProxyOption(proxy))
    throw new OptionError('proxy', 'another value', 'an http or https URL, { url, token?, ca? } or false');
  const sockets$ = new BehaviorSubject(0);
  const headers = { ...(userAgent === undefined ? {} : { 'User-Agent': userAgent }), ...others.headers };
  const options = { ...others, headers, addresses: new FailedLast(), contexts: secureContexts(tls) };
  const wayTo = (url: string): Observable<Pick<RequestOptions, 'tunnel'>> => {
    const through = options.agent ? undefined : proxyFor(url, proxy);
    if (through === undefined) return of({});
    return tunnel$.pipe(
      map(({ Tunnel }) => ({ tunnel: (to, credentials) => new Tunnel(to, through, credentials, options) })),
    );
  };
  return {
    discover: (request) =>
      combineLatest([discovery$, wayTo(request.url)]).pipe(
        switchMap(([{ discover }, way]) => discover(request, { ...options, ...way })),
      ),
    openSocket: (request) =>
      combineLatest([socket$, wayTo(request.url)]).pipe(
        switchMap(([{ openSocket }, way]) => {
          sockets$.next(sockets$.value + 1);
          return openSocket(request, {
            ...options,
            ...way,
            onGone: () => {
              sockets$.next(sockets$.value - 1);
            },
          });
        }),
      ),
    idle$: sockets$.pipe(filter((count) => count === 0)),
  };
};

/**
 * Loads a module at the first subscription, and emits it in the same turn from then on. node-fetch and ws take as long to
 * load as all the rest of the package.
 */
const loadOnce = <Module>(load: () => Promise<Module>): Observable<Module> =>
  defer(load).pipe(
    share({ connector: () => new ReplaySubject(1), resetOnComplete: false, resetOnRefCountZero: false }),
  );

const discovery$ = loadOnce(() => import('./discover.js'));
const socket$ = loadOnce(() => import('./open-socket.js'));
const tunnel$ = loadOnce(() => import('./tunnel.js'));
