import { defer, map, of, switchMap, throwIfEmpty, timer, type Observable } from 'rxjs';
import { AttemptMemory } from './attempt-memory.js';
import type { ConnectionEvent, ConnectionState } from './connection-state.js';
import { connector, isConnected, type Connector, type ConnectorOptions } from './connector.js';
import { rotateConnection, type Retrying } from './rotate-connection.js';
import { ConnectionClosedError, CredentialsError, UnstableConnectionError } from '../errors.js';
import { attemptPace } from '../operators/attempt-pace.js';
import { spacingOf, type Backoff } from '../operators/backoff.js';
import { firstWithin } from '../operators/first-within.js';
import { retryWithBackoff } from '../operators/retry-with-backoff.js';
import { tryInTurn } from '../operators/try-in-turn.js';
import type { Credentials } from '../transport/types.js';

/** Options of {@link connection}. */
export interface ConnectionOptions extends ConnectorOptions {
  /** Subscribed for each attempt; a further value makes the unit connect again with it. */
  readonly credentials$: Observable<Credentials>;
  readonly backoff: Backoff;
  /** Returns random numbers from 0 to 1. */
  readonly random: () => number;
  /**
   * Makes further credentials open a parallel connection: the open one ends once the new one has proved itself. Called with
   * each wait of the parallel attempts, and with the state of the open connection if it is kept because the credentials are
   * its own again.
   */
  readonly onParallelAttempt?: ((state: ConnectionState) => void) | undefined;
}

/**
 * Emits the state of the connection, one value per transition, as long as it is subscribed: credentials, discovery, socket,
 * and the wait after each end. Neither completes nor fails.
 */
export const connection = (options: ConnectionOptions): Observable<ConnectionEvent> =>
  defer(() => {
    const { credentials$, connectTimeout, stableAfter, backoff, scheduler, onParallelAttempt } = options;
    const memory = new AttemptMemory();
    const open = openConnection(connector(options, memory));
    const retrying = retryOptions(options, memory);
    const late = () => new CredentialsError(`none came within ${connectTimeout} ms`);
    const none = () => new CredentialsError('the credentials Observable completed without a value');

    const pace = attemptPace({ stableAfter, spacing: spacingOf(backoff, stableAfter), scheduler });
    /** A cloud may ask for new certificates on every connection: the one that is open goes on until it is time for the next. */
    const inTime = (credentials: Credentials): Observable<Credentials> => {
      const wait = pace.left();
      return wait > 0 ? timer(wait, scheduler).pipe(map(() => credentials)) : of(credentials);
    };

    return defer(() => credentials$).pipe(
      throwIfEmpty(none),
      firstWithin(connectTimeout, late, scheduler),
      switchMap(inTime),
      onParallelAttempt ? rotateConnection({ ...options, open, retrying, onParallelAttempt }) : switchMap(open),
      retryWithBackoff({ proves: isConnected, begins: () => true, ...retrying, pace }),
    );
  });

/** One attempt: `discovery$` switched into `socket$`, where the endpoints are tried in turn. Fails when the connection ends. */
export const openConnection =
  ({ discover, dial, rules, renewToken }: Connector) =>
  (credentials: Credentials): Observable<ConnectionEvent> => {
    const discovery$ = discover(credentials);
    return discovery$.pipe(
      switchMap((step) => {
        if (!('urls' in step)) return of(step);
        const socket$ = tryInTurn(step.urls, (url) => dial(url, step.token, credentials), rules());
        return socket$;
      }),
      renewToken,
    );
  };

const retryOptions = (
  { backoff, random, stableAfter, scheduler }: ConnectionOptions,
  memory: AttemptMemory,
): Retrying => ({
  backoff,
  random,
  stableAfter,
  scheduler,
  closes: (error) => error instanceof ConnectionClosedError,
  base: () => (memory.nextRequestDelay > 0 ? memory.nextRequestDelay : undefined),
  onWait: ({ attempt, cause }) => {
    // A whole cycle of connections that ended at once: what was discovered may be what is wrong.
    if (cause instanceof UnstableConnectionError) memory.demote(attempt === 1);
  },
  emitWait: (wait) => ({ state: 'waiting', ...wait }),
});
