import { defer, map, mergeMap, of, throwError, throwIfEmpty, timeout, type Observable, type SchedulerLike } from 'rxjs';
import { ConnectTimeoutError, DiscoveryError, DiscoveryRefusedError } from './errors.js';
import { tryInTurn } from './operators/try-in-turn.js';
import { discoveryRequest, readDiscoveryResponse, type DiscoveryResponse } from './protocol/discovery.js';
import { safeUrl, shownUrl } from './protocol/url.js';
import type { Credentials, Transport } from './transport/types.js';

/** What {@link discovery} asks, and how. */
export interface DiscoveryOptions {
  readonly systemId: string;
  /** Asked in turn until one answers. */
  readonly urls: readonly string[];
  readonly credentials: Credentials;
  readonly transport: Pick<Transport, 'discover'>;
  readonly allowInsecure: boolean;
  /** How long one request may take, in milliseconds. */
  readonly connectTimeout: number;
  readonly scheduler: SchedulerLike;
  /** Told of the `nextRequestDelay` of every answer, 0 where it has none. */
  readonly onDelay: (nextRequestDelay: number) => void;
}

/** Redirects that are followed before the cloud is taken to be sending the unit round in circles. */
const maxHops = 5;
const redirect = 1;

/**
 * Emits where the cloud is: asks one URL after the other until one answers, follows up to five redirects (https only,
 * no URL twice), and turns the other error codes into errors.
 *
 * @throws {@link DiscoveryError}, {@link DiscoveryRefusedError}, ConnectTimeoutError or InsecureUrlError
 */
export const discovery = (options: DiscoveryOptions): Observable<DiscoveryResponse> => {
  const { systemId, credentials, transport, allowInsecure, connectTimeout, scheduler, onDelay } = options;

  const ask = (url: string): Observable<DiscoveryResponse> => {
    const request = { url: safeUrl(url, 'https', allowInsecure), body: discoveryRequest(systemId), credentials };
    return transport.discover(request).pipe(
      throwIfEmpty(() => new DiscoveryError(shownUrl(url), 'no answer came')),
      timeout({
        first: connectTimeout,
        scheduler,
        with: () => throwError(() => new ConnectTimeoutError(shownUrl(url), connectTimeout)),
      }),
      map((body) => {
        try {
          return readDiscoveryResponse(body, systemId);
        } catch (cause) {
          throw new DiscoveryError(shownUrl(url), cause instanceof Error ? cause.message : String(cause));
        }
      }),
    );
  };

  const askInTurn = (urls: readonly string[], asked: readonly string[]): Observable<DiscoveryResponse> =>
    tryInTurn(urls, (url) => defer(() => ask(url)).pipe(mergeMap((response) => act(response, url, [...asked, url]))), {
      // Whoever answers has spoken for the cloud; only where nobody answers is the next one asked.
      ends: (error) => error instanceof DiscoveryRefusedError,
    });

  const act = (response: DiscoveryResponse, url: string, asked: readonly string[]): Observable<DiscoveryResponse> => {
    const { errorCode, connectionInfo, nextRequestDelay } = response;
    const refuse = (what: string) => throwError(() => new DiscoveryError(shownUrl(url), what));
    onDelay(nextRequestDelay);
    if (errorCode === redirect) {
      if (asked.length > maxHops) return refuse(`more than ${maxHops} redirects`);
      const next = connectionInfo.filter((target) => !asked.includes(target));
      if (connectionInfo.length === 0) return refuse('a redirect to nowhere');
      return next.length > 0 ? askInTurn(next, asked) : refuse('a redirect to a URL that was asked already');
    }
    if (errorCode !== 0)
      return throwError(
        () =>
          new DiscoveryRefusedError(
            shownUrl(url),
            errorCode,
            errorCode === 2 && nextRequestDelay > 0 ? nextRequestDelay : undefined,
          ),
      );
    return connectionInfo.length > 0 ? of(response) : refuse('the answer names no endpoint');
  };

  return askInTurn(options.urls, []);
};
