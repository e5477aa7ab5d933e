import { NEVER, Observable, of } from 'rxjs';
import * as unitlink from 'unitlink';
import { connectUnit, type Socket, type Transport, type Unit, type UnitOptions } from 'unitlink';
import { dataOf, systemId } from '../message.js';
import type { ContenderFactory, Target } from './contender.js';

const storeOf = (path: string | undefined): object => {
  if (path === undefined) return {};
  const levelStore: unknown = Reflect.get(unitlink, 'levelStore');
  if (typeof levelStore !== 'function') throw new Error('unitlink exports no levelStore');
  const store: unknown = Reflect.apply(levelStore, undefined, [path]);
  return { store };
};

const optionsOf = ({ url, discoveryUrl, credentials, store }: Target): UnitOptions => ({
  systemId,
  credentials,
  overrideDiscoveryUrl: discoveryUrl,
  allowInsecure: url.startsWith('ws:'),
  autoStart: false,
  maxQueued: 2_000_000,
  maxQueuedBytes: 1024 ** 3,
  ...storeOf(store),
});

/** A link on which nothing happens, in the process. */
const socket: Socket = {
  url: 'wss://127.0.0.1',
  frame$: NEVER,
  activity$: NEVER,
  drain$: NEVER,
  bufferedAmount: 0,
  send: () => undefined,
  ping: () => undefined,
  abandon: () => undefined,
};
const answer = JSON.stringify({ version: 7, systemId, connectionInfo: ['wss://127.0.0.1'], errorCode: 0 });
/** Nothing that operators would have to keep: it is the unit that is measured. */
const open$ = new Observable<Socket>((subscriber) => {
  subscriber.next(socket);
});
const transport: Transport = {
  identify: () => ['https://127.0.0.1'],
  discover: () => of(answer),
  openSocket: () => open$,
  idle$: of(true),
};

const contender = (observe: (unit: Unit, n: number, onAck: () => void) => void): ContenderFactory => ({
  create: (target) => {
    const unit = connectUnit(optionsOf(target));
    return {
      connect: unit.start,
      send: (n, onAck) => {
        observe(unit, n, onAck);
      },
    };
  },
  createIdle: (credentials) => connectUnit({ systemId, credentials, transport }),
});

/** Each result is observed by `status$`. */
export const byStatus: ContenderFactory = contender((unit, n, onAck) => {
  unit.send(dataOf(n)).status$.subscribe({
    next: ({ status }) => {
      if (status === 'acknowledged') onAck();
    },
    error: console.error,
  });
});

/** Each result is observed by the promise `acknowledged`. */
export const byAcknowledged: ContenderFactory = contender((unit, n, onAck) => {
  unit.send(dataOf(n)).acknowledged.then(onAck, console.error);
});

/** Each result is observed by `onSettled`. */
export const byOnSettled: ContenderFactory = contender((unit, n, onAck) => {
  unit.send(dataOf(n), {
    onSettled: ({ status, cause }) => {
      if (status === 'acknowledged') onAck();
      else console.error(cause);
    },
  });
});
