import {
  concat,
  defer,
  map,
  of,
  retry,
  switchMap,
  takeWhile,
  tap,
  throwError,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { ConnectionEvent } from './connection-state.js';
import { discovery } from './discovery.js';
import type { EndpointCache, Endpoints } from './endpoint-cache.js';
import { UnauthorizedError } from '../errors.js';
import { openEndpoint, type EndpointTerms, type OpenedLink } from '../link/open-endpoint.js';
import type { FailedLast } from '../collections/failed-last.js';
import { tryInTurn } from '../operators/try-in-turn.js';
import { endpointUrl, shownUrl } from '../protocol/url.js';
import type { Credentials, Socket, Transport } from '../transport/types.js';

/** What the links of a unit go by. */
export type UnitLinkTerms = EndpointTerms<Uint8Array | 'text', Socket>;

/** A link that is open, for somebody to live with. */
export type Opened = OpenedLink<ConnectionEvent>;

/** How a link is opened; times in milliseconds. */
export interface OpeningOptions {
  readonly systemId: string;
  readonly transport: Pick<Transport, 'discover' | 'openSocket'>;
  readonly allowInsecure: boolean;
  readonly connectTimeout: number;
  readonly scheduler: SchedulerLike;
}

/** What one attempt learns for the next. */
export interface Known {
  readonly cache: EndpointCache;
  /** Of the last discovery answer, in milliseconds; 0 where it had none. */
  nextRequestDelay: number;
  /** The discovery URLs that failed lately, which are asked last. */
  readonly failedUrls: FailedLast;
  /** By a 401, since the last upgrade that went well. */
  renewed: boolean;
}

/**
 * Opens a link: `discovery$` switched into `socket$`, the endpoints in turn. Completes once it is open, so that nothing
 * of all this has to be kept while the link lives.
 */
export const opening = (
  credentials: Credentials,
  urls: (credentials: Credentials) => readonly string[],
  options: OpeningOptions,
  known: Known,
  terms: UnitLinkTerms,
): Observable<ConnectionEvent | Opened> => {
  const { transport, allowInsecure, connectTimeout, scheduler } = options;
  const onDelay = (delay: number) => (known.nextRequestDelay = delay);

  const discoverEndpoints = (asked: readonly string[]): Observable<ConnectionEvent | Endpoints> => {
    const cached = known.cache.get();
    if (cached !== undefined) return of(cached);
    const found$ = defer(() =>
      discovery({ ...options, urls: asked, failedUrls: known.failedUrls, credentials, onDelay }),
    );
    return concat(
      of<ConnectionEvent>({ state: 'discovering' }),
      found$.pipe(map(({ connectionInfo, authToken }) => known.cache.set({ urls: connectionInfo, token: authToken }))),
    );
  };

  const dial = (url: string, token: string): Observable<ConnectionEvent | Opened> => {
    const socket$ = defer(() => transport.openSocket({ url: endpointUrl(url, allowInsecure), token, credentials }));
    return openEndpoint(shownUrl(url), socket$, terms);
  };

  /** Endpoints that hang would take hours: after the second of them none is begun, and discovery is asked again. */
  const openFirst = ({ urls: endpoints, token }: Endpoints): Observable<ConnectionEvent | Opened> => {
    const last = scheduler.now() + 1.5 * connectTimeout; // a timer is late by a few milliseconds
    return tryInTurn(endpoints, (url) => dial(url, token), {
      succeeds: (step) => step.state === 'opened',
      ends: (error) => error instanceof UnauthorizedError,
      isOver: () => {
        const isLate = scheduler.now() > last;
        if (isLate) known.cache.runOut();
        return isLate;
      },
      onFailure: (url) => {
        known.cache.passOver(url);
      },
    });
  };

  /** The specification's answer to 401: a new token at once. A second 401 is left to the backoff. */
  const renewOnce = (error: unknown): Observable<unknown> => {
    if (!(error instanceof UnauthorizedError)) return throwError(() => error);
    known.cache.clear();
    if (known.renewed) return throwError(() => error);
    known.renewed = true;
    return timer(0, scheduler);
  };

  const discovery$ = defer(() => discoverEndpoints(urls(credentials)));
  return discovery$.pipe(
    switchMap((step) => {
      const socket$ = 'urls' in step ? openFirst(step) : of(step);
      return socket$;
    }),
    takeWhile(({ state }) => state !== 'opened', true),
    tap(({ state }) => {
      if (state !== 'opened') return;
      known.renewed = false;
      known.cache.opened();
    }),
    retry({ delay: renewOnce }),
  );
};
