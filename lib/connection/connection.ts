import { defer, NEVER, throwError, throwIfEmpty, timeout, type Observable } from 'rxjs';
import { attempts, type AttemptOptions, type AttemptPorts } from './connector.js';
import { ConnectionClosedError, CredentialsError, UnstableConnectionError } from '../errors.js';
import type { Opened } from './open-connection.js';
import { paceOf, type Backoff } from '../operators/backoff.js';
import { retryPolicy, type RetryPolicyOptions } from '../operators/retry-policy.js';
import type { Wait } from '../operators/retry-options.js';
import type { ConnectionEvent, ConnectionState, Waiting } from './connection-state.js';
import type { Beside } from './rotate-connection.js';
import type { Credentials } from '../transport/types.js';

/** What {@link connection} is made of. */
export interface ConnectionOptions extends AttemptOptions {
  /** Subscribed for each attempt; a further value makes the unit connect anew with it. */
  readonly credentials$: Observable<Credentials>;
  readonly backoff: Backoff;
  /** Random numbers from 0 to 1. */
  readonly random: () => number;
}

/** Who is asked and told by a {@link connection}. */
export interface ConnectionPorts extends Pick<AttemptPorts, 'read' | 'urls'> {
  /** Told of each wait as it begins: the one state that is not emitted. */
  readonly onWait: (state: Waiting) => void;
  /**
   * Where it is there, further credentials get a connection beside the open one, which ends once the new one has proved
   * itself. Told of each wait of attempts beside it, and of its state where it goes on because the credentials are its
   * own again.
   */
  readonly onBeside?: ((state: ConnectionState) => void) | undefined;
}

/**
 * The life of the connection, one value per transition, for as long as it is subscribed: credentials, discovery,
 * socket; `onWait` is told of the wait after each end. It never completes and never fails.
 */
export const connection = (options: ConnectionOptions, ports: ConnectionPorts): Observable<ConnectionEvent> =>
  defer(() => {
    const { credentials$, backoff, random, scheduler, connectTimeout, stableAfter } = options;
    const rules = {
      backoff,
      random,
      scheduler,
      proves: isOpened,
      closes: isClose,
      stableAfter,
      spacing: paceOf(backoff, stableAfter),
      base: () => nextRequestDelay(),
      wake$: NEVER,
      onWait: ({ attempt: next, delay, cause }: Wait, tell = ports.onWait) => {
        // A whole cycle of connections that ended at once: what was discovered may be what is wrong.
        if (cause instanceof UnstableConnectionError) mistrust(next === 1);
        tell({ state: 'waiting', attempt: next, delay, cause });
      },
    };
    const { note, again } = retryPolicy<ConnectionEvent | Opened>(rules);
    const beside = ports.onBeside && besides(rules, ports.onBeside);
    const { attempt, mistrust, nextRequestDelay } = attempts(options, { ...ports, onStep: note, beside });

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
    ).pipe(again);
  });

interface Rules extends RetryPolicyOptions<ConnectionEvent | Opened> {
  readonly onWait: (wait: Wait, tell?: (state: Waiting) => void) => void;
}

/** The same rules beside the open connection; apart, as what is made in a connection is kept as long as that. */
const besides = (rules: Rules, onBeside: Beside['onKept']): Beside => ({
  policy: () =>
    retryPolicy({
      ...rules,
      onWait: (wait) => {
        rules.onWait(wait, onBeside);
      },
    }),
  onKept: onBeside,
});

/** One that is connected took over without having been seen to open. */
const isOpened = ({ state }: ConnectionEvent | Opened) => state === 'opened' || state === 'connected';
const isClose = (error: unknown) => error instanceof ConnectionClosedError;
