import { BehaviorSubject, defer, filter } from 'rxjs';
import { FailedLast } from '../collections/failed-last.js';
import { discover } from './discover.js';
import { openSocket, type OpenSocketOptions } from './open-socket.js';
import type { Transport } from './types.js';

/**
 * The transport of a unit in Node: node-fetch for discovery, ws for the connection, mutual TLS for both.
 *
 * @param given - Deadlines, and the largest frame that is read.
 * @returns The transport, for the option `transport` of `connectUnit`, which makes one by default.
 *
 * @example
 * ```ts
 * const unit = connectUnit({ …, transport: nodeTransport({ connectTimeout: 10_000 }) });
 * ```
 */
export const nodeTransport = (given: Omit<OpenSocketOptions, 'onGone' | 'addresses'> = {}): Transport => {
  const sockets$ = new BehaviorSubject(0);
  const options = { ...given, addresses: new FailedLast() };
  return {
    discover: (request) => discover(request, options),
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
