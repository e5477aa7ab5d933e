import {
  concat,
  defer,
  filter,
  map,
  of,
  retry,
  switchMap,
  take,
  takeWhile,
  tap,
  throwError,
  timeout,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { ConnectionEvent } from './connection.js';
import { discovery } from './discovery.js';
import type { EndpointCache, Endpoints } from './endpoint-cache.js';
import { ConnectTimeoutError, UnauthorizedError } from './errors.js';
import { openLink, type LinkTerms } from './link.js';
import { tryInTurn } from './operators/try-in-turn.js';
import { safeUrl, shownUrl } from './protocol/url.js';
import type { Credentials, Transport } from './transport/types.js';

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
  /** By a 401, since the last upgrade that went well. */
  renewed: boolean;
}

/** A link that is open, for somebody to live with: whoever opened it has done its part. */
export interface Opened {
  readonly state: 'opened';
  /** Emits that it is connected, and ends with it; unsubscribing by the last of its subscribers closes it. */
  readonly link$: Observable<ConnectionEvent>;
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
  terms: LinkTerms,
): Observable<ConnectionEvent | Opened> => {
  const { transport, allowInsecure, scheduler, connectTimeout } = options;
  const onDelay = (delay: number) => (known.nextRequestDelay = delay);

  const discoverEndpoints = (asked: readonly string[]): Observable<ConnectionEvent | Endpoints> => {
    const cached = known.cache.get();
    if (cached !== undefined) return of(cached);
    const found$ = defer(() => discovery({ ...options, urls: asked, credentials, onDelay }));
    return concat(
      of<ConnectionEvent>({ state: 'discovering' }),
      found$.pipe(map(({ connectionInfo, authToken }) => known.cache.set({ urls: connectionInfo, token: authToken }))),
    );
  };

  const openEndpoint = (url: string, token: string): Observable<ConnectionEvent | Opened> => {
    const shown = shownUrl(url);
    const tooLate = () => throwError(() => new ConnectTimeoutError(shown, connectTimeout));
    const socket$ = defer(() => transport.openSocket({ url: safeUrl(url, 'wss', allowInsecure), token, credentials }));
    const open$ = defer(() => {
      const link$ = openLink(shown, socket$, terms);
      return link$.pipe(
        filter(({ state }) => state === 'connected'),
        map((): Opened => ({ state: 'opened', link$ })),
        take(1),
      );
    });
    return concat(
      of<ConnectionEvent>({ state: 'connecting', url: shown }),
      open$.pipe(timeout({ first: connectTimeout, scheduler, with: tooLate })),
    );
  };

  const openFirst = ({ urls: endpoints, token }: Endpoints): Observable<ConnectionEvent | Opened> =>
    tryInTurn(endpoints, (url) => openEndpoint(url, token), {
      succeeds: (step) => step.state === 'opened',
      ends: (error) => error instanceof UnauthorizedError,
      onFailure: (url) => {
        known.cache.passOver(url);
      },
    });

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
      if (state === 'opened') known.renewed = false;
    }),
    retry({ delay: renewOnce }),
  );
};
