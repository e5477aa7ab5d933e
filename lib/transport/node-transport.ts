import { BehaviorSubject, defer, filter, type Observable, ReplaySubject, share, switchMap } from 'rxjs';
import { FailedLast } from '../collections/failed-last.js';
import type { OpenSocketOptions } from './open-socket.js';
import { secureContexts } from './secure-contexts.js';
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
export const nodeTransport = (given: Omit<OpenSocketOptions, 'onGone' | 'addresses' | 'contexts'> = {}): Transport => {
  const sockets$ = new BehaviorSubject(0);
  const options = { ...given, addresses: new FailedLast(), contexts: secureContexts() };
  return {
    discover: (request) => discovery$.pipe(switchMap(({ discover }) => discover(request, options))),
    openSocket: (request) =>
      socket$.pipe(
        switchMap(({ openSocket }) => {
          sockets$.next(sockets$.value + 1);
          return openSocket(request, {
            ...options,
            onGone: () => {
              sockets$.next(sockets$.value - 1);
            },
          });
        }),
      ),
    idle$: sockets$.pipe(filter((count) => count === 0)),
  };
};

/**
 * Loads a module at the first subscription, and emits it in the same turn from then on. node-fetch and ws take as long to
 * load as all the rest of the package.
 */
const loadOnce = <Module>(load: () => Promise<Module>): Observable<Module> =>
  defer(load).pipe(
    share({ connector: () => new ReplaySubject(1), resetOnComplete: false, resetOnRefCountZero: false }),
  );

const discovery$ = loadOnce(() => import('./discover.js'));
const socket$ = loadOnce(() => import('./open-socket.js'));
