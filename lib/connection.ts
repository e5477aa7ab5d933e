import {
  defer,
  endWith,
  filter,
  merge,
  Subject,
  switchMap,
  takeWhile,
  throwError,
  throwIfEmpty,
  timeout,
  type Observable,
} from 'rxjs';
import { attempts, type AttemptOptions, type Step } from './attempt.js';
import { CredentialsError, UnstableConnectionError } from './errors.js';
import type { Backoff } from './operators/backoff.js';
import { retryWithBackoff } from './operators/retry-with-backoff.js';
import type { Credentials, Socket } from './transport/types.js';

/** Where the connection stands. Times in milliseconds, `since` since 1970. */
export type ConnectionState =
  | { readonly state: 'discovering' }
  | { readonly state: 'connecting'; readonly url: string }
  | { readonly state: 'connected'; readonly url: string; readonly since: number }
  /** `attempt` is the number in its cycle of the attempt that comes after `delay`; `cause` is why there is one. */
  | { readonly state: 'waiting'; readonly attempt: number; readonly delay: number; readonly cause: unknown }
  | { readonly state: 'stopped' };

/** A state of the connection; the one that is connected comes with its socket. */
export type ConnectionEvent = ConnectionState & { readonly socket?: Socket };

/** What {@link connection} is made of. */
export interface ConnectionOptions extends Omit<AttemptOptions, 'onDelay' | 'onClose'> {
  /** Subscribed for each attempt; a further value makes the unit connect anew with it. */
  readonly credentials$: Observable<Credentials>;
  readonly backoff: Backoff;
  /** Random numbers from 0 to 1. */
  readonly random: () => number;
}

const ended = { state: 'ended' } as const;

/**
 * The life of the connection, one value per transition, for as long as it is subscribed: credentials, discovery,
 * socket, and the wait after each end. It never completes and never fails.
 */
export const connection = ({
  credentials$,
  backoff,
  random,
  ...options
}: ConnectionOptions): Observable<ConnectionEvent> =>
  defer(() => {
    const waiting$ = new Subject<ConnectionEvent>();
    let nextRequestDelay = 0;
    let closedBy: unknown;
    const { attempt, forget } = attempts({
      ...options,
      onDelay: (delay) => (nextRequestDelay = delay),
      onClose: (error) => (closedBy = error),
    });

    return merge(
      waiting$,
      credentials$.pipe(
        timeout({
          first: options.connectTimeout,
          scheduler: options.scheduler,
          with: () => throwError(() => new CredentialsError(`none came within ${options.connectTimeout} ms`)),
        }),
        throwIfEmpty(() => new CredentialsError('the credentials Observable completed without a value')),
        // The end of an attempt has to end the whole, which a stream of credentials that goes on would not.
        switchMap((credentials) => attempt(credentials).pipe(endWith(ended))),
        takeWhile((step) => step.state !== 'ended'),
        retryWithBackoff<Step>({
          backoff,
          random,
          scheduler: options.scheduler,
          proves: (step) => step.state === 'proven',
          base: () => (nextRequestDelay > 0 ? nextRequestDelay : undefined),
          onWait: ({ attempt: next, delay, cause = closedBy }) => {
            // A whole cycle of connections that ended at once: what was discovered may be what is wrong.
            if (next === 1 && cause instanceof UnstableConnectionError) forget();
            waiting$.next({ state: 'waiting', attempt: next, delay, cause });
          },
        }),
        filter((step) => step.state !== 'proven'),
      ),
    );
  });
