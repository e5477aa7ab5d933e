import { asyncScheduler, concat, defer, NEVER, noop, of, Subject, type Observable } from 'rxjs';
import type { ConnectorOptions } from '../../lib/connection/connector.js';
import type { ConnectionEvent } from '../../lib/connection/connection-state.js';
import { connection, type ConnectionOptions } from '../../lib/connection/connection.js';
import { aos } from '../../lib/operators/backoff.js';
import { decode, encode } from '../../lib/protocol/codec.js';
import type { Credentials, DiscoverRequest, Socket, SocketRequest, Transport } from '../../lib/transport/types.js';

/** A frame of the cloud with an ack, for whatever message. */
export const anAck: Uint8Array = new TextEncoder().encode(
  encode({ messageType: 'ack' }, { systemId: 'unit-1', txn: 'any', createdAt: 0 }),
);

/** The endpoint of this name. */
export const endpoint = (name: string): string => `wss://${name}.example/`;

/** The discovery URL of this name. */
export const discoveryUrl = (name: string): string => `https://${name}.example/sd/v7/`;

const nameOf = (url: string): string => new URL(url).hostname.replace('.example', '');

/** Credentials that nothing looks into. */
export const credentials: Credentials = { ca: 'ca', cert: 'cert', key: 'key' };

/** A socket on which nothing happens but what is given. */
export const stubSocket = (members: Partial<Socket> = {}): Socket => ({
  url: endpoint('a'),
  frame$: NEVER,
  activity$: NEVER,
  drain$: NEVER,
  bufferedAmount: 0,
  send: noop,
  ping: noop,
  abandon: noop,
  ...members,
});

/** The body of a discovery answer with these endpoints, a letter each. */
export const answer = (endpoints = 'a', members: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    version: 7,
    systemId: 'unit-1',
    connectionInfo: Array.from(endpoints, endpoint),
    authToken: 'token-1',
    errorCode: 0,
    nextRequestDelay: null,
    ...members,
  });

/** A transport made of Observables, which tells what was asked of it. */
export interface StubTransport extends Pick<Transport, 'discover' | 'openSocket'> {
  /** The name in each discovery URL that was asked. */
  readonly asked$: Observable<string>;
  /** The name of each endpoint that was dialled. */
  readonly dialled$: Observable<string>;
  /** The token that each endpoint was shown. */
  readonly token$: Observable<string>;
}

/** Answers each discovery by its name, and each endpoint by its name and the number of dials before. */
export const stubTransport = (
  discover: (name: string, request: DiscoverRequest) => Observable<string>,
  openSocket: (name: string, request: SocketRequest) => Observable<Socket> = () => NEVER,
): StubTransport => {
  const asked$ = new Subject<string>();
  const dialled$ = new Subject<string>();
  const token$ = new Subject<string>();
  return {
    asked$: asked$.asObservable(),
    dialled$: dialled$.asObservable(),
    token$: token$.asObservable(),
    discover: (request) =>
      defer(() => {
        asked$.next(nameOf(request.url));
        return discover(nameOf(request.url), request);
      }),
    openSocket: (request) =>
      defer(() => {
        dialled$.next(nameOf(request.url));
        token$.next(request.token);
        return openSocket(nameOf(request.url), request);
      }),
  };
};

/** Each subscription gets the next of these, the last one again and again. */
export const inTurn = <T>(...turns: readonly Observable<T>[]): Observable<T> => {
  let next = 0;
  return defer(() => turns[Math.min(next++, turns.length - 1)] ?? NEVER);
};

/** The options of an attempt on virtual time, with the default of each number; frames are evidence as in the unit. */
export const connectorOptions = (transport: StubTransport): ConnectorOptions => ({
  systemId: 'unit-1',
  transport,
  allowInsecure: false,
  pingEvery: Infinity,
  connectTimeout: 30_000,
  stableAfter: 5000,
  silenceFactor: 2.5,
  pongTimeout: 5000,
  scheduler: asyncScheduler,
  now: () => asyncScheduler.now(),
  urls: () => [discoveryUrl('x')],
  read: (frame) => frame !== 'text' && decode(frame, 'unit-1').kind !== 'rejected',
});

/** A step of the connection as a line of text: `connecting a`, `waiting 2 1000 ConnectError`. */
export const shownStep = (step: ConnectionEvent): string => {
  switch (step.state) {
    case 'connecting':
    case 'connected':
      return `${step.state} ${nameOf(step.url)}`;
    case 'waiting':
      return `waiting ${step.attempt} ${step.delay} ${step.cause instanceof Error ? step.cause.name : String(step.cause)}`;
    default:
      return step.state;
  }
};

/** The connection over this transport, with the default backoff and credentials that stay. */
export const connect = (
  transport: StubTransport,
  options: Partial<ConnectionOptions> = {},
): Observable<ConnectionEvent> =>
  connection({
    ...connectorOptions(transport),
    credentials$: concat(of(credentials), NEVER),
    backoff: aos(),
    random: () => 0.5,
    ...options,
  });
