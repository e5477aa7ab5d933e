import { of, switchMap, tap, type OperatorFunction } from 'rxjs';
import type { ConnectionEvent } from './connection.js';
import { EndpointCache } from './endpoint-cache.js';
import { LinkWatch, type WatchRules } from './operators/link-watch.js';
import type { Opened } from './open-endpoint.js';
import { opening, type Known, type OpeningOptions, type UnitLinkTerms } from './opening.js';
import type { Credentials } from './transport/types.js';

/** What an attempt is made of; times in milliseconds. */
export interface AttemptOptions
  extends
    OpeningOptions,
    Pick<UnitLinkTerms, 'stableAfter' | 'now'>,
    Pick<WatchRules, 'silenceFactor' | 'pongTimeout'> {}

/** Who is asked by an attempt. */
export interface AttemptPorts extends Pick<UnitLinkTerms, 'read'> {
  /** Told of each step up to the open link. */
  readonly onStep?: (step: ConnectionEvent | Opened<ConnectionEvent>) => void;
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
export const attempts = (options: AttemptOptions, { urls, read, onStep }: AttemptPorts): Attempts => {
  const { silenceFactor, pongTimeout, stableAfter, connectTimeout, scheduler, now } = options;
  const known: Known = { cache: new EndpointCache(), nextRequestDelay: 0, renewed: false };
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
    attempt: (credentials$) =>
      credentials$.pipe(
        switchMap((credentials) => opening(credentials, urls, options, known, terms).pipe(tap(onStep))),
        switchMap((step) => (step.state === 'opened' ? step.link$ : of(step))),
      ),
    mistrust: (all) => {
      if (all) known.cache.clear();
      else known.cache.putBehind();
    },
    nextRequestDelay: () => (known.nextRequestDelay > 0 ? known.nextRequestDelay : undefined),
  };
};
