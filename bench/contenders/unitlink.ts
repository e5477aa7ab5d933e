import { NEVER, Observable, of } from 'rxjs';
import * as unitlink from 'unitlink';
import { connectUnit, type Socket, type Transport, type UnitOptions } from 'unitlink';
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

export const unitlinkUnit: ContenderFactory = {
  create: (target) => {
    const unit = connectUnit(optionsOf(target));
    return {
      connect: unit.start,
      send: (n, onAck) => {
        const delivery = unit.send(dataOf(n));
        if (onAck)
          delivery.status$.subscribe({
            next: ({ status }) => {
              if (status === 'acknowledged') onAck();
            },
            error: console.error,
          });
      },
    };
  },
  createIdle: (credentials) => connectUnit({ systemId, credentials, transport }),
};
