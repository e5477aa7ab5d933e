import { defer, throwError, throwIfEmpty, timeout, type Observable } from 'rxjs';
import { attempts, type AttemptOptions, type AttemptPorts } from './attempt.js';
import { ConnectionClosedError, CredentialsError, UnstableConnectionError } from './errors.js';
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

/** A state between two attempts. */
export type Waiting = Extract<ConnectionState, { state: 'waiting' }>;

/** What {@link connection} is made of. */
export interface ConnectionOptions extends AttemptOptions {
  /** Subscribed for each attempt; a further value makes the unit connect anew with it. */
  readonly credentials$: Observable<Credentials>;
  readonly backoff: Backoff;
  /** Random numbers from 0 to 1. */
  readonly random: () => number;
}

/** Who is asked and told by a {@link connection}. */
export interface ConnectionPorts extends AttemptPorts {
  /** Told of each wait as it begins: the one state that is not emitted. */
  readonly onWait: (state: Waiting) => void;
}

/**
 * The life of the connection, one value per transition, for as long as it is subscribed: credentials, discovery,
 * socket; `onWait` is told of the wait after each end. It never completes and never fails.
 */
export const connection = (options: ConnectionOptions, ports: ConnectionPorts): Observable<ConnectionEvent> =>
  defer(() => {
    const { credentials$, backoff, random, scheduler, connectTimeout } = options;
    const { attempt, mistrust, nextRequestDelay } = attempts(options, ports);

    // Put together for each attempt, as an idle unit should not have to keep it.
    return defer(() =>
      credentials$.pipe(
        timeout({
          first: connectTimeout,
          scheduler,
          with: () => throwError(() => new CredentialsError(`none came within ${connectTimeout} ms`)),
        }),
        throwIfEmpty(() => new CredentialsError('the credentials Observable completed without a value')),
        attempt,
      ),
    ).pipe(
      retryWithBackoff<ConnectionEvent>({
        backoff,
        random,
        scheduler,
        proves: ({ state }) => state === 'connected',
        closes: (error) => error instanceof ConnectionClosedError,
        base: nextRequestDelay,
        onWait: ({ attempt: next, delay, cause }) => {
          // A whole cycle of connections that ended at once: what was discovered may be what is wrong.
          if (cause instanceof UnstableConnectionError) mistrust(next === 1);
          ports.onWait({ state: 'waiting', attempt: next, delay, cause });
        },
      }),
    );
  });
