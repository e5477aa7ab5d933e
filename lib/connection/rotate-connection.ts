import {
  catchError,
  defer,
  EMPTY,
  map,
  merge,
  mergeMap,
  of,
  ReplaySubject,
  Subject,
  throwError,
  timer,
  type Observable,
  type OperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import type { ConnectionEvent, ConnectionState } from './connection-state.js';
import type { Opened } from './open-connection.js';
import { makeBeforeBreak } from '../operators/make-before-break.js';
import type { RetryPolicy } from '../operators/retry-policy.js';
import type { Credentials } from '../transport/types.js';

/** How a connection beside the open one is tried again, and who is told. */
export interface Beside {
  /** Says when it is tried again. */
  readonly policy: () => RetryPolicy<ConnectionEvent | Opened>;
  /** Told that the open link serves on for good, because the credentials are its own again. */
  readonly onKept: (state: ConnectionState) => void;
}

/** Who is told of a link that is being opened. */
export interface LinkListener {
  /** Told of each step up to the open link. */
  readonly onStep: (step: ConnectionEvent | Opened) => void;
  /** Told of each message of the cloud. */
  readonly onMessage: () => void;
}

/** What {@link overlap} opens, and what it goes by; times in milliseconds. */
export interface OverlapOptions extends Beside {
  /** Opens a link, and lives with it. */
  readonly live: (credentials: Credentials, listener: LinkListener) => Observable<ConnectionEvent>;
  /** Told of each step that is one of the connection. */
  readonly onStep: (step: ConnectionEvent) => void;
  /** The age that proves a link that brought no message. */
  readonly stableAfter: number;
  readonly scheduler: SchedulerLike;
}

/** A step of one link, with whom it is made for and what proves that it is of use. */
interface Step {
  readonly event: ConnectionEvent;
  readonly credentials: Credentials;
  readonly proof$: Observable<unknown>;
}

/**
 * Opens a link for each value and keeps the one before until the new one has proved itself. What fails beside an open
 * link is tried again by its own policy, with the credentials of then; everything else fails the whole.
 */
export const overlap =
  (options: OverlapOptions): OperatorFunction<Credentials, ConnectionEvent> =>
  (credentials$) =>
    defer(() => {
      const { policy, onKept, live, onStep, stableAfter, scheduler } = options;
      const { note, again } = policy();
      const failure$ = new Subject<unknown>();
      let open: Step | undefined;

      const link = (credentials: Credentials): Observable<Step> =>
        defer(() => {
          const message$ = new ReplaySubject<true>(1);
          const proof$ = merge(message$, timer(stableAfter, scheduler));
          const onMessage = () => {
            message$.next(true);
          };
          return live(credentials, { onStep: note, onMessage }).pipe(map((event) => ({ event, credentials, proof$ })));
        });
      const keep = ({ event }: Step): Observable<never> =>
        defer(() => {
          onKept(event);
          return EMPTY;
        });
      const links$ = credentials$.pipe(
        map((credentials, index) => {
          const isAgain = index === 0 && open && isSame(credentials, open.credentials);
          return open && isAgain ? keep(open) : link(credentials);
        }),
        catchError((error: unknown) => of(throwError(() => error))),
      );
      const enter = (step: Step): ConnectionEvent => {
        const { event } = step;
        if (event.state === 'connected') {
          // To the policy a link that takes over is another attempt, and a success.
          if (open !== undefined) onStep({ state: 'connecting', url: event.url });
          open = step;
        }
        onStep(event);
        return event;
      };

      return merge(failure$.pipe(mergeMap((error) => throwError(() => error))), links$).pipe(
        again,
        makeBeforeBreak<Step>({
          isMade: ({ event }) => event.state === 'connected',
          proof: ({ proof$ }) => proof$,
          onFailure: (error) => {
            failure$.next(error);
          },
        }),
        map(enter),
      );
    });

/** A certificate has one key; and a keystore may give back the same PEM with other line ends. */
const isSame = (a: Credentials, b: Credentials): boolean =>
  a.cert.trim() === b.cert.trim() && a.ca.trim() === b.ca.trim();
