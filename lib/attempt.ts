import { noop, of, switchMap, tap, type Observable, type OperatorFunction } from 'rxjs';
import type { ConnectionEvent } from './connection.js';
import { EndpointCache } from './endpoint-cache.js';
import type { LinkTerms } from './link.js';
import { opening, type Known, type Opened, type OpeningOptions } from './opening.js';
import { overlap, type Beside, type LinkListener } from './overlap.js';
import type { Credentials } from './transport/types.js';

/** What an attempt is made of; times in milliseconds. */
export interface AttemptOptions
  extends OpeningOptions, Pick<LinkTerms, 'stableAfter' | 'silenceFactor' | 'pongTimeout' | 'now'> {}

/** Who is asked by an attempt. */
export interface AttemptPorts extends Pick<LinkTerms, 'read'> {
  /** Told of each step up to the open link. */
  readonly onStep?: (step: ConnectionEvent | Opened) => void;
  /** The terms on which further credentials get a link beside the open one. Default: they take its place. */
  readonly beside?: Beside | undefined;
  /** The discovery URLs for these credentials, in the order they are asked; throws where they cannot be used. */
  readonly urls: (credentials: Credentials) => readonly string[];
}

/** Makes attempts to connect, which share what was discovered. */
export interface Attempts {
  /** `discovery$` switched into `socket$`, anew for each value. Fails when the socket ends, however well it ends. */
  readonly attempt: OperatorFunction<Credentials, ConnectionEvent>;
  /** Told that a connection was unstable: other endpoints come first, or are discovered anew. */
  readonly mistrust: (all: boolean) => void;
  /** What the last discovery answer asks for, in milliseconds. */
  readonly nextRequestDelay: () => number | undefined;
}

/** Attempts to connect with what is known from the ones before: endpoints and token, and the cloud's ping interval. */
export const attempts = (options: AttemptOptions, { urls, read, onStep, beside }: AttemptPorts): Attempts => {
  const { silenceFactor, pongTimeout, stableAfter, scheduler, now } = options;
  const known: Known = { cache: new EndpointCache(), nextRequestDelay: 0, renewed: false };
  const terms: LinkTerms & { pingInterval: number | undefined } = {
    read,
    silenceFactor,
    pongTimeout,
    stableAfter,
    scheduler,
    now,
    pingInterval: undefined, // learned on one connection, of use on the next
    onInterval: (interval) => (terms.pingInterval = interval),
  };

  return {
    attempt: (credentials$) => {
      if (beside === undefined)
        return credentials$.pipe(
          switchMap((credentials) => opening(credentials, urls, options, known, terms).pipe(tap(onStep))),
          switchMap(liveWith),
        );
      const live = (credentials: Credentials, listener: LinkListener) => {
        const readAndTell: LinkTerms['read'] = (frame, socket) => {
          const isMessage = read(frame, socket);
          if (isMessage) listener.onMessage();
          return isMessage;
        };
        const step$ = opening(credentials, urls, options, known, { ...terms, read: readAndTell });
        return step$.pipe(tap(listener.onStep), switchMap(liveWith));
      };
      return credentials$.pipe(overlap({ ...beside, live, onStep: onStep ?? noop, stableAfter, scheduler }));
    },
    mistrust: (all) => {
      if (all) known.cache.clear();
      else known.cache.putBehind();
    },
    nextRequestDelay: () => (known.nextRequestDelay > 0 ? known.nextRequestDelay : undefined),
  };
};

const liveWith = (step: ConnectionEvent | Opened): Observable<ConnectionEvent> =>
  step.state === 'opened' ? step.link$ : of(step);
