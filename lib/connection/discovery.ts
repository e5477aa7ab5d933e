import {
  defer,
  map,
  mergeMap,
  of,
  tap,
  throwError,
  throwIfEmpty,
  timeout,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { ConnectTimeoutError, DiscoveryError, DiscoveryRefusedError } from '../errors.js';
import { FailedLast } from '../collections/failed-last.js';
import { tryInTurn } from '../operators/try-in-turn.js';
import { discoveryRequest, readDiscoveryResponse, type DiscoveryResponse } from '../protocol/discovery.js';
import { safeUrl, shownUrl } from '../protocol/url.js';
import type { Credentials, Transport } from '../transport/types.js';

/** What {@link discovery} asks, and how. */
export interface DiscoveryOptions {
  readonly systemId: string;
  /** Asked in turn until one answers. */
  readonly urls: readonly string[];
  /** Those that failed lately, which are asked last. Default: none is known. */
  readonly failedUrls?: FailedLast;
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
/** Requests of one discovery: each redirect may name many URLs, and each of those again. */
const maxRequests = 16;
const redirect = 1;
const repeatLater = 2;

/**
 * Emits where the cloud is: asks one URL after the other until one answers, follows up to five redirects (https only,
 * no URL twice), and turns the other error codes into errors. All of that takes 16 requests and twice `connectTimeout`
 * at most; a URL that failed is asked last the next time.
 *
 * @throws {@link DiscoveryError}, {@link DiscoveryRefusedError}, ConnectTimeoutError or InsecureUrlError
 */
export const discovery = (options: DiscoveryOptions): Observable<DiscoveryResponse> =>
  defer(() => {
    const { systemId, credentials, transport, allowInsecure, connectTimeout, scheduler, onDelay } = options;
    const { urls, failedUrls = new FailedLast() } = options;
    let requests = 0;
    let current = '';

    const ask = (url: string): Observable<DiscoveryResponse> => {
      const request = { url: safeUrl(url, 'https', allowInsecure), body: discoveryRequest(systemId), credentials };
      if (++requests > maxRequests)
        throw new DiscoveryError(shownUrl(url), `it would take more than ${maxRequests} requests, redirects included`);
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

    const askAndAct = (url: string, asked: readonly string[]): Observable<DiscoveryResponse> =>
      defer(() => ask(url)).pipe(mergeMap((response) => act(response, url, [...asked, url])));

    // Whoever answers has spoken for the cloud; only where nobody answers is the next one asked.
    const ends = (error: unknown) => error instanceof DiscoveryRefusedError || requests > maxRequests;

    const act = (response: DiscoveryResponse, url: string, asked: readonly string[]): Observable<DiscoveryResponse> => {
      const { errorCode, connectionInfo, nextRequestDelay } = response;
      const refuse = (what: string) => throwError(() => new DiscoveryError(shownUrl(url), what));
      onDelay(nextRequestDelay);
      if (errorCode === redirect) {
        if (asked.length > maxHops) return refuse(`more than ${maxHops} redirects`);
        const next = connectionInfo.filter((target) => !asked.includes(target));
        if (connectionInfo.length === 0) return refuse('a redirect to nowhere');
        return next.length > 0
          ? tryInTurn(next, (target) => askAndAct(target, asked), { ends })
          : refuse('a redirect to a URL that was asked already');
      }
      if (errorCode !== 0) {
        const retryAfter = errorCode === repeatLater && nextRequestDelay > 0 ? nextRequestDelay : undefined;
        return throwError(() => new DiscoveryRefusedError(shownUrl(url), errorCode, retryAfter));
      }
      return connectionInfo.length > 0 ? of(response) : refuse('the answer names no endpoint');
    };

    const askFrom = (url: string) => {
      current = url;
      return askAndAct(url, []);
    };
    const inOrder = failedUrls.sort(urls, (url) => url);
    const onFailure = (url: string) => {
      failedUrls.failed(url);
    };
    const deadline = 2 * connectTimeout;
    const late = () => new DiscoveryError(shownUrl(current), `it was not done within ${deadline} ms`);
    return tryInTurn(inOrder, askFrom, { ends, onFailure }).pipe(
      timeout({ first: deadline, scheduler, with: () => throwError(() => late()) }),
      tap({
        next: () => {
          failedUrls.worked(current);
        },
        error: (error: unknown) => {
          // A cloud that is busy is a cloud that is there.
          if (!(error instanceof DiscoveryRefusedError && error.code === repeatLater)) failedUrls.failed(current);
        },
      }),
    );
  });
