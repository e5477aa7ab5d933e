import { Agent } from 'node:https';
import fetch, { type Response } from 'node-fetch';
import { Observable } from 'rxjs';
import { DiscoveryError } from '../errors.js';
import { shownUrl } from '../protocol/url.js';
import { codeOf } from './code-of.js';
import { retryAfterHeader } from './retry-after-header.js';
import { tlsOptions } from './tls-options.js';
import type { DiscoverRequest } from './types.js';

/** The longest body that is read, in bytes. */
const maxBody = 1024 * 1024;

/**
 * The body of the answer to one service discovery POST over mutual TLS; unsubscribing cuts the request off.
 *
 * @throws {@link DiscoveryError} at every status but 200, at a redirect, and at a body over 1 MiB
 */
export const discover = ({ url, body, credentials }: DiscoverRequest): Observable<string> =>
  new Observable((subscriber) => {
    const abort = new AbortController();
    const fail = (what: string, options?: ConstructorParameters<typeof DiscoveryError>[2]) => {
      subscriber.error(new DiscoveryError(shownUrl(url), what, options));
    };
    const read = async (response: Response) => {
      const { status } = response;
      if (status >= 300 && status < 400) fail(`HTTP ${status}, and redirects by HTTP are refused`, { code: status });
      else if (status !== 200)
        fail(`HTTP ${status}`, { code: status, ...retryAfterHeader(response.headers.get('retry-after')) });
      else {
        subscriber.next(await response.text());
        subscriber.complete();
      }
      abort.abort();
    };
    // A new agent for each request: a cached TLS session would go on showing a replaced certificate.
    const agent = url.startsWith('https:')
      ? new Agent({ ...tlsOptions(credentials), maxCachedSessions: 0 })
      : undefined;
    fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body,
      redirect: 'manual',
      size: maxBody,
      signal: abort.signal,
      ...(agent && { agent }),
    })
      .then(read)
      .catch((cause: unknown) => {
        const tooLong = cause instanceof Error && 'type' in cause && cause.type === 'max-size';
        if (tooLong) fail(`a body of more than ${maxBody} bytes`);
        else fail(reasonOf(cause), codeOf(cause));
      });
    return () => {
      abort.abort();
      agent?.destroy();
    };
  });

/**
 * What went wrong. node-fetch puts the URL into its messages, whose query may be a secret: it is taken out, and the
 * error is no cause either.
 */
const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? error.message.replace(/^.*, reason: /s, '').replace(/https?:\/\/[^\s]+/g, 'it')
    : String(error);
