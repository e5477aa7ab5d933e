import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Observable } from 'rxjs';
import { tlsOptions } from '../tls-options.js';
import type { Credentials } from '../types.js';

/** The time that one address of a host has to connect, in milliseconds. */
const eachAddress = 2000;

/**
 * Emits the time of a server, in milliseconds since 1970, and completes; the rest of its answer is ignored. The server
 * need not be trusted for that, since nothing is sent but a request without a body. Fails if no time comes.
 */
export const probeClock = (url: string, credentials: Credentials): Observable<number> =>
  new Observable((subscriber) => {
    const options = { method: 'HEAD', agent: false, autoSelectFamilyAttemptTimeout: eachAddress } as const;
    // Its certificate may be refused for nothing but the clock that is looked for.
    const asked = url.startsWith('https:')
      ? requestHttps(url, { ...tlsOptions(credentials), ...options, rejectUnauthorized: false })
      : requestHttp(url, options);
    asked.on('response', ({ headers }) => {
      const at = Date.parse(headers.date ?? '');
      if (Number.isNaN(at)) subscriber.error(new Error('the answer has no date'));
      else {
        subscriber.next(at);
        subscriber.complete();
      }
    });
    asked.on('error', (error) => {
      subscriber.error(error);
    });
    asked.end();
    return () => asked.destroy();
  });
