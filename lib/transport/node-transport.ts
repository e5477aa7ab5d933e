import { BehaviorSubject, defer, filter } from 'rxjs';
import { discover } from './discover.js';
import { openSocket, type OpenSocketOptions } from './open-socket.js';
import type { Transport } from './types.js';

/** The transport of a unit in Node: node-fetch for discovery, ws for the connection, mutual TLS for both. */
export const nodeTransport = (options: Omit<OpenSocketOptions, 'onGone'> = {}): Transport => {
  const sockets$ = new BehaviorSubject(0);
  return {
    discover,
    openSocket: (request) =>
      defer(() => {
        sockets$.next(sockets$.value + 1);
        return openSocket(request, {
          ...options,
          onGone: () => {
            sockets$.next(sockets$.value - 1);
          },
        });
      }),
    idle$: sockets$.pipe(filter((count) => count === 0)),
  };
};
