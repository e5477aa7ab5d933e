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

/** Options of {@link discovery}. */
export interface DiscoveryOptions {
  readonly systemId: string;
  /** Asked in turn until one answers. */
  readonly urls: readonly string[];
  /** The URLs that failed lately, which are asked last. Default: none is known. */
  readonly failedUrls?: FailedLast;
  readonly credentials: Credentials;
  readonly transport: Pick<Transport, 'discover'>;
  readonly allowInsecure: boolean;
  /** The time that one request may take, in milliseconds. */
  readonly connectTimeout: number;
  readonly scheduler: SchedulerLike;
  /** Called with the `nextRequestDelay` of every answer, 0 if it has none. */
  readonly onDelay: (nextRequestDelay: number) => void;
}

/** Redirects that are followed before the cloud is taken to be sending the unit round in circles. */
const maxHops = 5;
/** Requests of one discovery: each redirect may name many URLs, and each of those again. */
const maxRequests = 16;
const redirect = 1;
const repeatLater = 2;

/**
 * Emits the endpoints of the cloud: asks one URL after the other until one answers, follows up to five redirects (https
 * only, no URL twice), and turns the other error codes into errors. All of that takes 16 requests and twice
 * `connectTimeout` at most; a URL that failed is asked last the next time.
 *
 * @throws {@link DiscoveryError}, {@link DiscoveryRefusedError}, ConnectTimeoutError or InsecureUrlError
 */
export const discovery = (options: DiscoveryOptions): Observable<DiscoveryResponse> =>
  defer(() => {
    const { urls, failedUrls = new FailedLast(), connectTimeout, scheduler } = options;
    const search = new Search(options);
    let current = '';
    const askFrom = (url: string) => {
      current = url;
      return search.from(url);
    };
    const onFailure = (url: string) => {
      failedUrls.failed(url);
    };
    const deadline = 2 * connectTimeout;
    const late = () => new DiscoveryError(shownUrl(current), `it was not done within ${deadline} ms`);
    const inOrder = failedUrls.sort(urls, (url) => url);
    return tryInTurn(inOrder, askFrom, { ends: search.ends, onFailure }).pipe(
      timeout({ first: deadline, scheduler, with: () => throwError(() => late()) }),
      tap({
        next: () => {
          failedUrls.worked(current);
        },
        error: (error: unknown) => {
          // A cloud that is busy is a cloud that can be reached.
          if (!(error instanceof DiscoveryRefusedError && error.code === repeatLater)) failedUrls.failed(current);
        },
      }),
    );
  });

/** One discovery, with its redirects. */
class Search {
  readonly #options: DiscoveryOptions;
  #requests = 0;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  /** An answer that refuses is the answer of the cloud; only if none comes the next URL is asked. */
  readonly ends = (error: unknown): boolean => error instanceof DiscoveryRefusedError || this.#requests > maxRequests;

  /** Asks this URL, and follows its redirects; `asked` are the URLs that led to it. */
  from(url: string, asked: readonly string[] = []): Observable<DiscoveryResponse> {
    return defer(() => this.#ask(url)).pipe(mergeMap((response) => this.#act(response, url, [...asked, url])));
  }

  #ask(url: string): Observable<DiscoveryResponse> {
    const { systemId, credentials, transport, allowInsecure, connectTimeout, scheduler } = this.#options;
    const request = { url: safeUrl(url, 'https', allowInsecure), body: discoveryRequest(systemId), credentials };
    if (++this.#requests > maxRequests)
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
  }

  #act(response: DiscoveryResponse, url: string, asked: readonly string[]): Observable<DiscoveryResponse> {
    const { errorCode, connectionInfo, nextRequestDelay } = response;
    const refuse = (what: string) => throwError(() => new DiscoveryError(shownUrl(url), what));
    this.#options.onDelay(nextRequestDelay);
    if (errorCode === redirect) {
      if (asked.length > maxHops) return refuse(`more than ${maxHops} redirects`);
      const next = connectionInfo.filter((target) => !asked.includes(target));
      if (connectionInfo.length === 0) return refuse('a redirect to nowhere');
      return next.length > 0
        ? tryInTurn(next, (target) => this.from(target, asked), { ends: this.ends })
        : refuse('a redirect to a URL that was asked already');
    }
    if (errorCode !== 0) {
      const retryAfter = errorCode === repeatLater && nextRequestDelay > 0 ? nextRequestDelay : undefined;
      return throwError(() => new DiscoveryRefusedError(shownUrl(url), errorCode, retryAfter));
    }
    return connectionInfo.length > 0 ? of(response) : refuse('the answer names no endpoint');
  }
}
