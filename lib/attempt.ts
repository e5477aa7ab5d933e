import { map, of, switchMap, takeUntil, type Observable, type OperatorFunction } from 'rxjs';
import type { ConnectionEvent } from './connection.js';
import { EndpointCache } from './endpoint-cache.js';
import { opening, type Known, type Opened, type OpeningOptions } from './opening.js';
import { deadLink } from './operators/dead-link.js';
import { proveStable } from './operators/prove-stable.js';
import type { Credentials, Socket } from './transport/types.js';

/** What an attempt is made of; times in milliseconds. */
export interface AttemptOptions extends OpeningOptions {
  /** A connection that lived this long, or brought a message, counts as a success. */
  readonly stableAfter: number;
  readonly silenceFactor: number;
  readonly pongTimeout: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Who is asked by an attempt. */
export interface AttemptPorts {
  /** The discovery URLs for these credentials, in the order they are asked; throws where they cannot be used. */
  readonly urls: (credentials: Credentials) => readonly string[];
  /** Reads an open link for as long as it lives; emits whatever shows that the cloud is well. */
  readonly read: (socket: Socket) => Observable<unknown>;
  /** Reasons to doubt the link that the delivery sees. */
  readonly doubt$: Observable<unknown>;
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
export const attempts = (options: AttemptOptions, { urls, read, doubt$ }: AttemptPorts): Attempts => {
  const { silenceFactor, pongTimeout, stableAfter: after, scheduler, now } = options;
  const known: Known = { cache: new EndpointCache(), nextRequestDelay: 0, renewed: false };
  let pingInterval: number | undefined; // learned on one connection, of use on the next
  const onInterval = (interval: number) => (pingInterval = interval);

  const live = ({ socket, link$ }: Opened): Observable<ConnectionEvent> =>
    link$.pipe(
      map(({ url }): ConnectionEvent => ({ state: 'connected', url, since: now(), socket })),
      // eslint-disable-next-line rxjs-x/no-unsafe-takeuntil -- a dead link can be an unstable one as well
      takeUntil(deadLink(socket, { doubt$, pingInterval, onInterval, silenceFactor, pongTimeout, scheduler })),
      proveStable({ evidence$: read(socket), after, scheduler }),
    );

  return {
    attempt: (credentials$) =>
      credentials$.pipe(
        switchMap((credentials) => opening(credentials, urls, options, known)),
        switchMap((step) => (step.state === 'opened' ? live(step) : of(step))),
      ),
    mistrust: (all) => {
      if (all) known.cache.clear();
      else known.cache.putBehind();
    },
    nextRequestDelay: () => (known.nextRequestDelay > 0 ? known.nextRequestDelay : undefined),
  };
};
