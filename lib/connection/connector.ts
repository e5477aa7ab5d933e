import {
  defer,
  interval,
  map,
  merge,
  of,
  retry,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { AttemptMemory } from './attempt-memory.js';
import type { ConnectionEvent, SuspicionReason } from './connection-state.js';
import { discovery } from './discovery.js';
import type { Endpoints } from './endpoint-cache.js';
import { UnauthorizedError } from '../errors.js';
import { openLink, type LinkEvent } from '../link/link.js';
import { beginWith } from '../operators/begin-with.js';
import { deadLink } from '../operators/dead-link.js';
import { proveStable } from '../operators/prove-stable.js';
import type { TryInTurnOptions } from '../operators/try-in-turn.js';
import { endpointUrl, shownUrl } from '../protocol/url.js';
import type { Credentials, Socket, Transport } from '../transport/types.js';

/** Options of {@link connector}; times in milliseconds. */
export interface ConnectorOptions {
  readonly systemId: string;
  readonly transport: Pick<Transport, 'discover' | 'openSocket'>;
  readonly allowInsecure: boolean;
  readonly connectTimeout: number;
  /** A connection that lived this long, or brought a message, counts as a success. */
  readonly stableAfter: number;
  readonly silenceFactor: number;
  readonly pongTimeout: number;
  /** The interval of pings without a reason; `Infinity` for none. */
  readonly pingEvery: number;
  readonly scheduler: SchedulerLike;
  /** Returns the milliseconds since 1970. */
  readonly now: () => number;
  /** Returns the discovery URLs for these credentials, in the order they are asked; throws if they cannot be used. */
  readonly urls: (credentials: Credentials) => readonly string[];
  /** Called with each frame; returns true if it was a message. */
  readonly read: (frame: Uint8Array | 'text', socket: Socket) => boolean;
}

/** The steps of an attempt to connect. */
export interface Connector {
  /** Emits the endpoints of the cloud; `discovering` before that if it has to ask. */
  readonly discover: (credentials: Credentials) => Observable<ConnectionEvent | Endpoints>;
  /** Opens the link to one endpoint. */
  readonly dial: (url: string, token: string, credentials: Credentials) => Observable<ConnectionEvent>;
  /** Makes the rules by which the endpoints of one discovery are tried. */
  readonly rules: () => TryInTurnOptions<ConnectionEvent, string>;
  /** Tries once more, with a new token, when the token was refused. */
  readonly renewToken: MonoTypeOperatorFunction<ConnectionEvent>;
}

/** Makes the steps of an attempt from what earlier attempts have learned. */
export const connector = (options: ConnectorOptions, memory: AttemptMemory): Connector => {
  const { transport, allowInsecure, connectTimeout, systemId, scheduler } = options;
  const { cache, failedUrls } = memory;
  const onDelay = (delay: number) => (memory.nextRequestDelay = delay);
  const linkOptions = linkOptionsOf(options, memory);

  /** The specification's answer to 401: a new token at once. A second 401 is left to the backoff. */
  const renewOnce = (error: unknown): Observable<unknown> => {
    if (!(error instanceof UnauthorizedError)) return throwError(() => error);
    cache.clear();
    if (memory.tokenRenewed) return throwError(() => error);
    memory.tokenRenewed = true;
    return timer(0, scheduler);
  };

  return {
    discover: (credentials) =>
      defer(() => {
        const urls = options.urls(credentials);
        const cached = cache.get();
        if (cached !== undefined) return of(cached);
        const found$ = discovery({
          urls,
          failedUrls,
          credentials,
          onDelay,
          systemId,
          transport,
          allowInsecure,
          connectTimeout,
          scheduler,
        }).pipe(map(({ connectionInfo, authToken }) => cache.set({ urls: connectionInfo, token: authToken })));
        return found$.pipe(beginWith<ConnectionEvent>({ state: 'discovering' }));
      }),
    dial: (url, token, credentials) => {
      const socket$ = defer(() => transport.openSocket({ url: endpointUrl(url, allowInsecure), token, credentials }));
      return openLink(shownUrl(url), socket$, linkOptions);
    },
    rules: () => {
      // After the second endpoint that hangs none is begun, and discovery is asked again: all of them would take hours.
      const last = scheduler.now() + 1.5 * connectTimeout; // a timer is late by a few milliseconds
      return {
        succeeds: isConnected,
        ends: (error) => error instanceof UnauthorizedError,
        isOver: () => {
          const isLate = scheduler.now() > last;
          if (isLate) cache.runOut();
          return isLate;
        },
        onSuccess: () => {
          memory.opened();
        },
        onFailure: (url) => {
          cache.exclude(url);
        },
      };
    },
    renewToken: retry({ delay: renewOnce }),
  };
};

const linkOptionsOf = (options: ConnectorOptions, memory: AttemptMemory) => {
  const { connectTimeout, stableAfter, silenceFactor, pongTimeout, pingEvery, scheduler, now, read } = options;
  const onInterval = (measured: number) => (memory.pingInterval = measured);
  return {
    connectTimeout,
    scheduler,
    now,
    read,
    judge: (evidence$: Observable<unknown>) =>
      proveStable<LinkEvent<Socket, SuspicionReason>>({ evidence$, after: stableAfter, scheduler }),
    liveness: (socket: Socket, suspicion$: Observable<unknown>) => {
      const { pingInterval } = memory;
      // A ping asks for a sign of life: that there has been none lately is no more than assumed.
      const reason$ = pingEvery === Infinity ? suspicion$ : merge(suspicion$, interval(pingEvery, scheduler));
      const watch = { pingInterval, onInterval, silenceFactor, pongTimeout, scheduler };
      return deadLink(socket, { suspicion$: reason$, ...watch });
    },
  };
};

/** Returns true if the event says that the connection is open. */
export const isConnected = ({ state }: ConnectionEvent): boolean => state === 'connected';
