import { BehaviorSubject, ReplaySubject, type Observable } from 'rxjs';
import type { ConnectionEvent, ConnectionState, SuspicionReason } from './connection-state.js';
import type { Listeners } from './listeners.js';
import type { Socket } from '../transport/types.js';

/** The state of the connection, as all others see it. */
export interface StateMachine {
  /** The latest is replayed. */
  readonly state$: Observable<ConnectionState>;
  /** The open socket, once all listeners know of it; `undefined` from before any of them knows of its end. */
  readonly socket$: Observable<Socket | undefined>;
  readonly isConnected: () => boolean;
  /** Reports a reason to suspect the open link. */
  readonly suspect: (reason: SuspicionReason) => void;
  /** Returns the error that ended the last connection. */
  readonly lostCause: () => unknown;
  /** Makes a transition; one that a listener causes during another waits until that is complete. */
  readonly transition: (event: ConnectionEvent) => void;
}

/** In each transition the delivery stops first, then all listeners are notified, and only then the delivery continues. */
export const stateMachine = (listeners: Pick<Listeners, 'notify'>): StateMachine => {
  const state$ = new ReplaySubject<ConnectionState>(1);
  const socket$ = new BehaviorSubject<Socket | undefined>(undefined);
  const pending: ConnectionEvent[] = [];
  let connected = false;
  let openLink: ConnectionEvent['link'];
  let lostCause: unknown;

  const apply = ({ socket, link, ...state }: ConnectionEvent) => {
    const wasConnected = connected;
    openLink = link;
    connected = socket !== undefined;
    if (wasConnected) {
      lostCause = state.state === 'waiting' ? state.cause : undefined;
      socket$.next(undefined);
    }
    state$.next(state);
    // A link that takes over from another is no news to the listeners: the unit was connected all along.
    if (wasConnected && !connected) listeners.notify('onDisconnect');
    if (connected && !wasConnected) listeners.notify('onConnect');
    // If another transition waits, a listener has stopped the unit.
    if (connected && pending.length === 1) socket$.next(socket);
  };
  return {
    state$: state$.asObservable(),
    socket$: socket$.asObservable(),
    isConnected: () => connected,
    suspect: (reason) => {
      openLink?.suspect(reason);
    },
    lostCause: () => lostCause,
    transition: (event) => {
      if (pending.push(event) > 1) return;
      for (let next: ConnectionEvent | undefined = event; next !== undefined; pending.shift(), next = pending[0])
        apply(next);
      pending.length = 0; // which returns its memory
    },
  };
};
