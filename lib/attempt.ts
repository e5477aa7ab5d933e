import {
  catchError,
  concat,
  defer,
  EMPTY,
  filter,
  finalize,
  map,
  merge,
  NEVER,
  of,
  retry,
  switchMap,
  tap,
  throwError,
  timeout,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { ConnectionEvent } from './connection.js';
import { discovery } from './discovery.js';
import { endpointCache, type Endpoints } from './endpoint-cache.js';
import { ConnectionClosedError, ConnectTimeoutError, UnauthorizedError, UnstableConnectionError } from './errors.js';
import { deadLink } from './operators/dead-link.js';
import { proveStable } from './operators/prove-stable.js';
import { tryInTurn } from './operators/try-in-turn.js';
import { decoder } from './protocol/codec.js';
import { safeUrl, shownUrl } from './protocol/url.js';
import type { Credentials, Socket, Transport } from './transport/types.js';

/** What an attempt is made of; times in milliseconds. */
export interface AttemptOptions {
  readonly systemId: string;
  /** The discovery URLs for these credentials, in the order they are asked; throws where they cannot be used. */
  readonly urls: (credentials: Credentials) => readonly string[];
  readonly transport: Pick<Transport, 'discover' | 'openSocket'>;
  readonly allowInsecure: boolean;
  readonly connectTimeout: number;
  /** A connection that lived this long, or brought a message, counts as a success. */
  readonly stableAfter: number;
  readonly silenceFactor: number;
  readonly pongTimeout: number;
  /** Reasons to doubt the link that the delivery sees. */
  readonly doubt$: Observable<unknown>;
  /** True while a socket is not to be read, where it can be paused; must replay the current value. Default: never. */
  readonly paused$?: Observable<boolean>;
  readonly scheduler: SchedulerLike;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of the `nextRequestDelay` of every discovery answer, 0 where it has none. */
  readonly onDelay: (nextRequestDelay: number) => void;
  /** Told why a connection that proved useful ended, when the cloud closed it. */
  readonly onClose: (error: ConnectionClosedError) => void;
}

/** The connection has proved useful: the next failure begins a new cycle. */
export const proven = { state: 'proven' } as const;

/** What an attempt shows of itself. */
export type Step = ConnectionEvent | typeof proven;

/** Makes attempts to connect, which share what was discovered. */
export interface Attempts {
  /** One attempt: `discovery$` switched into `socket$`. Completes at a clean close and fails at every other end. */
  readonly attempt: (credentials: Credentials) => Observable<Step>;
  /** Forgets what was discovered. */
  readonly forget: () => void;
}

/** Attempts to connect with what is known from the ones before: endpoints and token, and the cloud's ping interval. */
export const attempts = (options: AttemptOptions): Attempts => {
  const { transport, allowInsecure, scheduler, connectTimeout, onClose, paused$ } = options;
  const cache = endpointCache();
  const decode = decoder(options.systemId);
  let pingInterval: number | undefined; // learned on one connection, of use on the next
  let renewed = false; // by a 401, since the last upgrade that went well

  const discoverEndpoints = (
    urls: readonly string[],
    credentials: Credentials,
  ): Observable<ConnectionEvent | Endpoints> => {
    const cached = cache.get();
    if (cached !== undefined) return of(cached);
    const found$ = defer(() => discovery({ ...options, urls, credentials }));
    return concat(
      of<ConnectionEvent>({ state: 'discovering' }),
      found$.pipe(map(({ connectionInfo, authToken }) => cache.set({ urls: connectionInfo, token: authToken }))),
    );
  };

  const whileAlive = (socket: Socket): Observable<never> =>
    deadLink(socket, { ...options, pingInterval, onInterval: (interval) => (pingInterval = interval) }).pipe(
      catchError((error: unknown) => {
        socket.abandon();
        return throwError(() => error);
      }),
    );

  /** A socket that is not read cannot be heard, so it is judged only while it is read. */
  const whileOpen = (socket: Socket): Observable<never> => {
    if (paused$ === undefined || socket.pause === undefined) return whileAlive(socket);
    const whilePaused$ = defer(() => {
      socket.pause?.();
      return NEVER;
    }).pipe(finalize(() => socket.resume?.()));
    return paused$.pipe(switchMap((isPaused) => (isPaused ? whilePaused$ : whileAlive(socket))));
  };

  /** Garbage is no evidence that the cloud is well. */
  const evidence = ({ frame$ }: Socket) =>
    frame$.pipe(filter((frame) => frame !== 'text' && decode(frame).kind !== 'rejected'));

  const openEndpoint = (url: string, token: string, credentials: Credentials): Observable<Step> => {
    const shown = shownUrl(url);
    const tooLate = () => throwError(() => new ConnectTimeoutError(shown, connectTimeout));
    return concat(
      of<ConnectionEvent>({ state: 'connecting', url: shown }),
      defer(() => transport.openSocket({ url: safeUrl(url, 'wss', allowInsecure), token, credentials })).pipe(
        timeout({ first: connectTimeout, scheduler, with: tooLate }),
        switchMap((socket) => merge(of(socket), whileOpen(socket))),
        proveStable({ proof: proven, evidence, after: options.stableAfter, scheduler }),
        map((step): Step =>
          'state' in step ? step : { state: 'connected', url: step.url, since: options.now(), socket: step },
        ),
      ),
    );
  };

  const openFirst = ({ urls, token }: Endpoints, credentials: Credentials): Observable<Step> =>
    tryInTurn(urls, (url) => openEndpoint(url, token, credentials), {
      succeeds: (step) => step.state === 'connected',
      ends: (error) => error instanceof UnauthorizedError,
      onFailure: cache.passOver,
    });

  /** The specification's answer to 401: a new token at once. A second 401 is left to the backoff. */
  const renewOnce = (error: unknown): Observable<unknown> => {
    if (!(error instanceof UnauthorizedError)) return throwError(() => error);
    cache.clear();
    if (renewed) return throwError(() => error);
    renewed = true;
    return timer(0, scheduler);
  };

  const attempt = (credentials: Credentials): Observable<Step> => {
    const discovery$ = defer(() => discoverEndpoints(options.urls(credentials), credentials));
    return discovery$.pipe(
      switchMap((step) => {
        const socket$ = 'urls' in step ? openFirst(step, credentials) : of(step);
        return socket$;
      }),
      tap((step) => {
        if (step.state === 'connected') renewed = false;
      }),
      retry({ delay: renewOnce }),
      catchError((error: unknown) => {
        if (error instanceof UnstableConnectionError) cache.putBehind();
        if (!(error instanceof ConnectionClosedError)) return throwError(() => error);
        onClose(error);
        return EMPTY;
      }),
    );
  };

  return { attempt, forget: cache.clear };
};
