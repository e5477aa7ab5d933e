import {
  catchError,
  defer,
  interval,
  map,
  merge,
  of,
  switchMap,
  tap,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { AttemptMemory } from './attempt-memory.js';
import type { ConnectionEvent, SuspicionReason } from './connection-state.js';
import { discovery } from './discovery.js';
import type { Endpoints } from './endpoint-cache.js';
import { ConnectionClosedError, UnauthorizedError } from '../errors.js';
import { openLink, type LinkOptions } from '../link/link.js';
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

/** The steps of an attempt to connect, made of what earlier attempts have learned. */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #memory: AttemptMemory;
  readonly #linkOptions: LinkOptions<Uint8Array | 'text', Socket, SuspicionReason>;
  /** Tries once more, with a new token, when the token was refused. */
  readonly renewToken: MonoTypeOperatorFunction<ConnectionEvent>;

  constructor(options: ConnectorOptions, memory: AttemptMemory) {
    const { connectTimeout, stableAfter, scheduler, now, read } = options;
    this.#options = options;
    this.#memory = memory;
    this.#linkOptions = {
      connectTimeout,
      scheduler,
      now,
      read,
      judge: (isProven) => proveStable({ isProven, after: stableAfter, scheduler }),
      liveness: (socket, suspicion$) => this.#liveness(socket, suspicion$),
    };
    this.renewToken = catchError((error: unknown, attempt$) => {
      this.#renew(error);
      return timer(0, scheduler).pipe(switchMap(() => attempt$));
    });
  }

  /** Emits the endpoints of the cloud; `discovering` before that if it has to ask. */
  discover(credentials: Credentials): Observable<ConnectionEvent | Endpoints> {
    return defer(() => {
      const { systemId, transport, allowInsecure, connectTimeout, scheduler } = this.#options;
      const { cache, failedUrls } = this.#memory;
      const urls = this.#options.urls(credentials);
      const cached = cache.get();
      if (cached !== undefined) return of(cached);
      return discovery({
        urls,
        failedUrls,
        credentials,
        onDelay: (delay) => (this.#memory.nextRequestDelay = delay),
        systemId,
        transport,
        allowInsecure,
        connectTimeout,
        scheduler,
      }).pipe(
        map(({ connectionInfo, authToken }) => cache.set({ urls: connectionInfo, token: authToken })),
        beginWith<ConnectionEvent>({ state: 'discovering' }),
      );
    });
  }

  /** Opens the link to one endpoint. */
  dial(url: string, token: string, credentials: Credentials): Observable<ConnectionEvent> {
    const { transport, allowInsecure } = this.#options;
    const socket$ = defer(() => transport.openSocket({ url: endpointUrl(url, allowInsecure), token, credentials }));
    const shown = shownUrl(url);
    const open$ = socket$.pipe(
      tap({
        complete: () => {
          throw new ConnectionClosedError(shown, 1000, '');
        },
      }),
    );
    return openLink(shown, open$, this.#linkOptions);
  }

  /** Makes the rules by which the endpoints of one discovery are tried. */
  rules(): TryInTurnOptions<ConnectionEvent, string> {
    const { scheduler, connectTimeout } = this.#options;
    const memory = this.#memory;
    // After the second endpoint that hangs none is begun, and discovery is asked again: all of them would take hours.
    const last = scheduler.now() + 1.5 * connectTimeout; // a timer is late by a few milliseconds
    return {
      succeeds: isConnected,
      ends: isUnauthorized,
      isOver: () => {
        const isLate = scheduler.now() > last;
        if (isLate) memory.cache.runOut();
        return isLate;
      },
      onSuccess: () => {
        memory.opened();
      },
      onFailure: (url) => {
        memory.cache.exclude(url);
      },
    };
  }

  /** The specification's answer to 401: a new token at once. A second 401 is left to the backoff, as is any other error. */
  #renew(error: unknown): void {
    if (!isUnauthorized(error)) throw error;
    const { cache, tokenRenewed } = this.#memory;
    cache.clear();
    if (tokenRenewed) throw error;
    this.#memory.tokenRenewed = true;
  }

  #liveness(socket: Socket, suspicion$: Observable<unknown>): Observable<never> {
    const { silenceFactor, pongTimeout, pingEvery, scheduler } = this.#options;
    const memory = this.#memory;
    return deadLink(socket, {
      // A ping asks for a sign of life: that there has been none lately is no more than assumed.
      suspicion$: pingEvery === Infinity ? suspicion$ : merge(suspicion$, interval(pingEvery, scheduler)),
      pingInterval: memory.pingInterval,
      onInterval: (measured) => (memory.pingInterval = measured),
      silenceFactor,
      pongTimeout,
      scheduler,
    });
  }
}

const isUnauthorized = (error: unknown): boolean => error instanceof UnauthorizedError;

/** Returns true if the event says that the connection is open. */
export const isConnected = ({ state }: ConnectionEvent): boolean => state === 'connected';
