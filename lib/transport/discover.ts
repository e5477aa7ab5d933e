import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import fetch, { type Response } from 'node-fetch/src/index.js'; // its file, as Bun has another package by its name
import { Observable } from 'rxjs';
import { DiscoveryError, textOf } from '../errors.js';
import { shownUrl } from '../protocol/url.js';
import { codeOf } from './code-of.js';
import { cutOff, decompress } from './decompress.js';
import { dial } from './dial.js';
import { requestHeaders } from './request-headers.js';
import type { RequestOptions } from './request-options.js';
import { retryAfterHeader } from './retry-after-header.js';
import type { DiscoverRequest } from './types.js';

/** The longest body that is read, in bytes. */
const maxBody = 1024 * 1024;

/**
 * Emits the body of the answer to one service discovery POST over mutual TLS. Unsubscribing cancels the request.
 *
 * @throws {@link DiscoveryError} at every status but 200, at a redirect, and at a body that is cut off or over 1 MiB
 */
export const discover = (
  { url, body, credentials }: DiscoverRequest,
  options: RequestOptions = {},
): Observable<string> =>
  new Observable((subscriber) => {
    const abort = new AbortController();
    let isRead = false; // to abort then takes a tenth of a millisecond, for the stack of an error
    const isSecure = url.startsWith('https:');
    const connection = dial(isSecure ? credentials : undefined, options);
    const tunnel = options.tunnel?.(url, isSecure ? credentials : undefined);
    const fail = (what: string, data?: ConstructorParameters<typeof DiscoveryError>[2]) => {
      subscriber.error(new DiscoveryError(shownUrl(url), what, data));
    };
    const read = async (response: Response) => {
      const { status, headers } = response;
      if (status >= 300 && status < 400) fail(`HTTP ${status}, and redirects by HTTP are refused`, { code: status });
      else if (status !== 200)
        fail(`HTTP ${status}`, { code: status, ...retryAfterHeader(headers.get('retry-after'), headers.get('date')) });
      else {
        const encoded = await bodyOf(response);
        isRead = true;
        const text = new TextDecoder().decode(await decompress(encoded, headers.get('content-encoding'), maxBody));
        connection.worked();
        subscriber.next(text);
        subscriber.complete();
      }
    };
    // A new agent for each request: a cached TLS session would go on showing a replaced certificate.
    const agent = isSecure ? new HttpsAgent({ maxCachedSessions: 0 }) : new HttpAgent();
    agent.createConnection = connection.createConnection;
    fetch(url, {
      method: 'POST',
      headers: requestHeaders(options.headers, {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        'Accept-Encoding': 'gzip, deflate, br',
      }),
      body,
      redirect: 'manual',
      // node-fetch looks for the last chunk in the raw bytes, and takes one that came in two parts for missing: a body
      // that is being decompressed then is lost. Read as it is, it ends where the HTTP parser of Node says.
      compress: false,
      size: maxBody,
      signal: abort.signal,
      agent: options.agent?.(credentials) ?? tunnel ?? agent,
    })
      .then(read)
      .catch((cause: unknown) => {
        if (tunnel?.failure) subscriber.error(tunnel.failure);
        else if (isTooLong(cause)) fail(`a body of more than ${maxBody} bytes`);
        else fail(reasonOf(cause), codeOf(cause));
      });
    return () => {
      connection.failed(); // no news where it has served
      if (!isRead) abort.abort();
      tunnel?.abandon();
      agent.destroy();
    };
  });

/** The body as it came. */
const bodyOf = async (response: Response): Promise<Buffer> => {
  try {
    return Buffer.from(await response.arrayBuffer());
  } catch (cause) {
    throw isTooLong(cause) ? cause : cutOff();
  }
};

const isTooLong = (error: unknown): boolean => error instanceof Error && 'type' in error && error.type === 'max-size';

/**
 * The text of an error. node-fetch puts the URL into its messages, whose query may be a secret: it is removed, and the
 * error is not passed on as the cause.
 */
const reasonOf = (error: unknown): string =>
  textOf(error)
    .replace(/^.*, reason: /s, '')
    .replace(/https?:\/\/[^\s]+/g, 'it');
