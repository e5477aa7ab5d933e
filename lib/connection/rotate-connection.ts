import {
  catchError,
  defer,
  EMPTY,
  filter,
  map,
  merge,
  mergeMap,
  of,
  Subject,
  tap,
  throwError,
  timer,
  type Observable,
  type OperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import type { ConnectionEvent, ConnectionState, Waiting } from './connection-state.js';
import { isConnected } from './connector.js';
import { makeBeforeBreak } from '../operators/make-before-break.js';
import type { RetryWithBackoffOptions } from '../operators/retry-options.js';
import { retryWithBackoff } from '../operators/retry-with-backoff.js';
import type { Credentials } from '../transport/types.js';

/** The backoff of a connection. */
export type Retrying = Omit<RetryWithBackoffOptions<unknown, Waiting>, 'proves' | 'begins'>;

/** Options of {@link rotateConnection}. */
export interface RotateConnectionOptions {
  /** Opens a connection. */
  readonly open: (credentials: Credentials) => Observable<ConnectionEvent>;
  /** The backoff of the parallel attempts. */
  readonly retrying: Retrying;
  /** Called with each wait of the parallel attempts, and with the state of the open connection if it is kept. */
  readonly onParallelAttempt: (state: ConnectionState) => void;
  /** The age that proves a connection that brought no message, in milliseconds. */
  readonly stableAfter: number;
  readonly scheduler: SchedulerLike;
}

/** A step of one connection, and the credentials it was opened with. */
interface Step {
  readonly event: ConnectionEvent;
  readonly credentials: Credentials;
}

/** The steps of one connection to be. */
interface Attempt {
  readonly step$: Observable<Step>;
}

/**
 * Opens a connection for each value and keeps the one before until the new one has proved itself. A parallel attempt that
 * fails is made again by its own backoff, with the credentials there are then; any other error fails the whole.
 */
export const rotateConnection =
  ({
    open,
    retrying,
    onParallelAttempt,
    stableAfter,
    scheduler,
  }: RotateConnectionOptions): OperatorFunction<Credentials, ConnectionEvent> =>
  (credentials$) =>
    defer(() => {
      const failure$ = new Subject<unknown>(); // of parallel attempts
      const step$ = new Subject<Step>(); // of all attempts, for the backoff to judge
      let current: Step | undefined;

      const attempt = (credentials: Credentials): Attempt => ({
        step$: open(credentials).pipe(
          map((event) => ({ event, credentials })),
          tap((step) => {
            step$.next(step);
          }),
        ),
      });
      /** Cancels the parallel attempt. */
      const keep = ({ event }: Step): Attempt => ({
        step$: defer(() => {
          onParallelAttempt(event);
          return EMPTY;
        }),
      });
      const attempt$ = credentials$.pipe(
        map((credentials, index) => {
          const isKept = index === 0 && current !== undefined && isSame(credentials, current.credentials);
          return current && isKept ? keep(current) : attempt(credentials);
        }),
        catchError((error: unknown) => of<Attempt>({ step$: throwError(() => error) })),
      );

      return merge(failure$.pipe(mergeMap((error) => throwError(() => error))), step$, attempt$).pipe(
        retryWithBackoff<Step | Attempt, Waiting>({
          ...retrying,
          proves: (value) => isStep(value) && isConnected(value.event),
          begins: isStep,
        }),
        filter((value) => {
          if ('state' in value) onParallelAttempt(value);
          return 'step$' in value;
        }),
        map(({ step$: next$ }) => next$),
        makeBeforeBreak<Step>({
          isMade: ({ event }) => isConnected(event),
          proof: ({ event: { link } }) =>
            merge(link?.isProven$.pipe(filter((isProven) => isProven)) ?? EMPTY, timer(stableAfter, scheduler)),
          onFailure: (error) => {
            failure$.next(error);
          },
        }),
        map((step) => {
          if (isConnected(step.event)) current = step;
          return step.event;
        }),
      );
    });

const isStep = (value: Step | Attempt): value is Step => 'event' in value;

/** A certificate has one key; and a keystore may return the same PEM with other line ends. */
const isSame = (a: Credentials, b: Credentials): boolean =>
  a.cert.trim() === b.cert.trim() && a.ca.trim() === b.ca.trim();
