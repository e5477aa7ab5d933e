import { noop, of, switchMap, tap, type Observable, type OperatorFunction } from 'rxjs';
import type { ConnectionEvent } from './connection-state.js';
import { EndpointCache } from './endpoint-cache.js';
import { FailedLast } from '../collections/failed-last.js';
import { LinkWatch, type WatchRules } from '../operators/liveness.js';
import { opening, type Known, type Opened, type OpeningOptions, type UnitLinkTerms } from './open-connection.js';
import { overlap, type Beside, type LinkListener } from './rotate-connection.js';
import type { Credentials } from '../transport/types.js';

/** What an attempt is made of; times in milliseconds. */
export interface AttemptOptions
  extends
    OpeningOptions,
    Pick<UnitLinkTerms, 'stableAfter' | 'now'>,
    Pick<WatchRules, 'silenceFactor' | 'pongTimeout'> {}

/** Who is asked by an attempt. */
export interface AttemptPorts extends Pick<UnitLinkTerms, 'read'> {
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
  const { silenceFactor, pongTimeout, stableAfter, connectTimeout, scheduler, now } = options;
  const known: Known = {
    cache: new EndpointCache(),
    failedUrls: new FailedLast(),
    nextRequestDelay: 0,
    renewed: false,
  };
  const rules: WatchRules & { pingInterval: number | undefined } = {
    silenceFactor,
    pongTimeout,
    scheduler,
    pingInterval: undefined, // learned on one connection, of use on the next
    onInterval: (interval) => (rules.pingInterval = interval),
  };
  const terms: UnitLinkTerms = {
    read,
    stableAfter,
    scheduler,
    now,
    connectTimeout,
    watch: (socket) => new LinkWatch(socket, rules),
  };

  return {
    attempt: (credentials$) => {
      if (beside === undefined)
        return credentials$.pipe(
          switchMap((credentials) => opening(credentials, urls, options, known, terms).pipe(tap(onStep))),
          switchMap(liveWith),
        );
      const live = (credentials: Credentials, listener: LinkListener) => {
        const readAndTell: UnitLinkTerms['read'] = (frame, socket) => {
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
