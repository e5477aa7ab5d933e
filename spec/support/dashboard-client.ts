import { once } from 'node:events';
import { filter, ReplaySubject, type Observable } from 'rxjs';
import { type ClientOptions, WebSocket } from 'ws';
import type { DashboardData, ServerData } from '../../lib/protocol/subscription/messages.js';
import { until, untilAll } from './until.js';

type ServerType = ServerData['messageType'];

/** What a server says, with the txn of its header. */
export type Said<Type extends ServerType = ServerType> = ServerData<Type> & { readonly txn: string };

/** A dashboard that does nothing by itself: it sends what it is told to and keeps what it is told. */
export interface DashboardClient extends AsyncDisposable {
  readonly webSocket: WebSocket;
  /** All that was ever said, and what comes. */
  readonly said$: Observable<Said>;
  /** All that was said by now. */
  readonly said: readonly Said[];
  /** The text of every frame. */
  readonly frames: readonly string[];
  send(data: DashboardData, txn?: string): void;
  sendText(text: string | Uint8Array): void;
  hello(more?: Partial<DashboardData<'hello'>>): Promise<Said<'welcome'>>;
  subscribe(topic: string, more?: Partial<DashboardData<'subscribe'>>): void;
  /** The first message of a type, from the start on, that fits. */
  first<Type extends ServerType>(type: Type, fits?: (data: Said<Type>) => boolean): Promise<Said<Type>>;
  /** So many messages of a type, from the start on, that fit. */
  several<Type extends ServerType>(
    count: number,
    type: Type,
    fits?: (data: Said<Type>) => boolean,
  ): Promise<Said<Type>[]>;
  /** The codes of what went wrong with the TCP connection. */
  readonly errors: readonly string[];
  /** Settles with the code and the reason of the end. */
  readonly ended: Promise<readonly [code: number, reason: string]>;
}

/** Connects, without `hello`. */
export const dialDashboard = async (
  url: string,
  clientId = 'c-1',
  options: ClientOptions = {},
): Promise<DashboardClient> => {
  const webSocket = new WebSocket(url, options);
  const said$ = new ReplaySubject<Said>(Infinity);
  const said: Said[] = [];
  const frames: string[] = [];
  const errors: string[] = [];
  let sent = 0;
  webSocket.on('error', () => undefined);
  webSocket.once('upgrade', ({ socket }) => {
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => errors.push(code));
  });
  const ended = once(webSocket, 'close').then(([code, reason]) => [code as number, String(reason)] as const);
  webSocket.on('message', (bytes: Buffer) => {
    const text = bytes.toString();
    const { header, data } = JSON.parse(text) as { header: { txn: string }; data: ServerData };
    frames.push(text);
    said.push({ ...data, txn: header.txn });
    said$.next({ ...data, txn: header.txn });
  });
  const opened = await Promise.race([once(webSocket, 'open').then(() => true), ended.then(() => false)]);
  if (!opened) throw new Error(`${url} did not open`);

  const ofType = <Type extends ServerType>(type: Type): Observable<Said<Type>> =>
    said$.pipe(filter(({ messageType }) => messageType === type)) as unknown as Observable<Said<Type>>;
  const sendText = (text: string | Uint8Array): void => {
    webSocket.send(text);
  };
  const send = (data: DashboardData, txn = `t-${++sent}`): void => {
    sendText(JSON.stringify({ header: { version: 7, clientId, txn }, data }));
  };
  const first: DashboardClient['first'] = (type, fits = () => true) => until(ofType(type), fits);
  return {
    webSocket,
    said$,
    said,
    frames,
    errors,
    send,
    sendText,
    hello: (more = {}) => {
      send({ messageType: 'hello', protocol: 'unitlink.dashboard.1', ...more });
      return first('welcome');
    },
    subscribe: (topic, more = {}) => {
      send({ messageType: 'subscribe', subId: topic, gen: 1, topic, ...more });
    },
    first,
    several: (count, type, fits = () => true) => untilAll(count, ofType(type), fits),
    ended,
    [Symbol.asyncDispose]: async () => {
      webSocket.terminate();
      await ended;
    },
  };
};

/** Connects and says hello. */
export const joinDashboard = async (
  url: string,
  clientId?: string,
  more?: Partial<DashboardData<'hello'>>,
): Promise<DashboardClient> => {
  const client = await dialDashboard(url, clientId);
  await client.hello(more);
  return client;
};
