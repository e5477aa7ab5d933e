import { defer, map, of, switchMap, throwIfEmpty, timer, type Observable } from 'rxjs';
import { AttemptMemory } from './attempt-memory.js';
import type { ConnectionEvent, ConnectionState, Waiting } from './connection-state.js';
import { Connector, isConnected, type ConnectorOptions } from './connector.js';
import { rotateConnection, type Retrying } from './rotate-connection.js';
import { ConnectionClosedError, CredentialsError, UnstableConnectionError } from '../errors.js';
import { AttemptPace } from '../operators/attempt-pace.js';
import { spacingOf, type Backoff } from '../operators/backoff.js';
import { firstWithin } from '../operators/first-within.js';
import type { RetryWithBackoffOptions, Wait } from '../operators/retry-options.js';
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
    const open = openConnection(new Connector(options, memory));
    const retrying = retryOptions(options, memory);
    const late = () => new CredentialsError(`none came within ${connectTimeout} ms`);

    const pace = new AttemptPace({ stableAfter, spacing: spacingOf(backoff, stableAfter), scheduler });
    /** A cloud may ask for new certificates on every connection: the one that is open goes on until it is time for the next. */
    const inTime = (credentials: Credentials): Observable<Credentials> => {
      const wait = pace.left();
      return wait > 0 ? timer(wait, scheduler).pipe(map(() => credentials)) : of(credentials);
    };

    const attempt$ = defer(() =>
      credentials$.pipe(
        throwIfEmpty(none),
        firstWithin(connectTimeout, late, scheduler),
        switchMap(inTime),
        onParallelAttempt
          ? rotateConnection({ open, retrying, onParallelAttempt, stableAfter, scheduler })
          : switchMap(open),
      ),
    );
    return attempt$.pipe(retryWithBackoff({ pace, ...retrying }));
  });

/** One attempt: `discovery$` switched into `socket$`, where the endpoints are tried in turn. Fails when the connection ends. */
export const openConnection =
  (connector: Connector) =>
  (credentials: Credentials): Observable<ConnectionEvent> => {
    const discovery$ = connector.discover(credentials);
    const attempt$ = defer(() =>
      discovery$.pipe(
        switchMap((step) => {
          if (!('urls' in step)) return of(step);
          const socket$ = tryInTurn(
            step.urls,
            (url) => connector.dial(url, step.token, credentials),
            connector.rules(),
          );
          return socket$;
        }),
      ),
    );
    return attempt$.pipe(connector.renewToken);
  };

const retryOptions = (
  { backoff, random, stableAfter, scheduler }: ConnectionOptions,
  memory: AttemptMemory,
): Retrying & RetryWithBackoffOptions<ConnectionEvent, Waiting> => ({
  proves: isConnected,
  begins: always,
  backoff,
  random,
  stableAfter,
  scheduler,
  closes,
  base: () => (memory.nextRequestDelay > 0 ? memory.nextRequestDelay : undefined),
  onWait: ({ attempt, cause }) => {
    // A whole cycle of connections that ended at once: what was discovered may be what is wrong.
    if (cause instanceof UnstableConnectionError) memory.demote(attempt === 1);
  },
  emitWait,
});

const none = () => new CredentialsError('the credentials Observable completed without a value');

const always = (): boolean => true;

const closes = (error: unknown): boolean => error instanceof ConnectionClosedError;

const emitWait = (wait: Wait): Waiting => ({ state: 'waiting', ...wait });
