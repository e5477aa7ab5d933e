import { BehaviorSubject, ReplaySubject, type Observable } from 'rxjs';
import type { ConnectionEvent, ConnectionState, Doubt } from './connection-state.js';
import type { Listeners } from './listeners.js';
import type { Socket } from '../transport/types.js';

/** What everybody else sees of the connection. */
export interface Transitions {
  /** The latest is replayed. */
  readonly state$: Observable<ConnectionState>;
  /** The open socket, once all were told of it; `undefined` from before anybody is told of its end. */
  readonly socket$: Observable<Socket | undefined>;
  readonly isConnected: () => boolean;
  /** Tells the open link of a reason to doubt it. */
  readonly doubt: (reason: Doubt) => void;
  /** Why the last connection ended. */
  readonly lostCause: () => unknown;
  /** Every transition comes here; one that is caused by somebody who is being told waits until all are told. */
  readonly enter: (event: ConnectionEvent) => void;
}

/** At each transition the delivery stops first, then all are told, and only then the delivery goes on. */
export const transitions = (listeners: Pick<Listeners, 'tell'>): Transitions => {
  const state$ = new ReplaySubject<ConnectionState>(1);
  const socket$ = new BehaviorSubject<Socket | undefined>(undefined);
  const entered: ConnectionEvent[] = [];
  let connected = false;
  let doubtLink: ConnectionEvent['doubt'];
  let lostCause: unknown;

  const pass = ({ socket, doubt, ...state }: ConnectionEvent) => {
    const wasConnected = connected;
    doubtLink = doubt;
    connected = socket !== undefined;
    if (wasConnected) {
      lostCause = state.state === 'waiting' ? state.cause : undefined;
      socket$.next(undefined);
    }
    state$.next(state);
    // One link that takes over from another is no news to them: the unit was connected all along.
    if (wasConnected && !connected) listeners.tell('onDisconnect');
    if (connected && !wasConnected) listeners.tell('onConnect');
    // Where another transition waits, one of those who were told has stopped the unit.
    if (connected && entered.length === 1) socket$.next(socket);
  };
  return {
    state$: state$.asObservable(),
    socket$: socket$.asObservable(),
    isConnected: () => connected,
    doubt: (reason) => {
      doubtLink?.(reason);
    },
    lostCause: () => lostCause,
    enter: (event) => {
      if (entered.push(event) > 1) return;
      for (let next: ConnectionEvent | undefined = event; next !== undefined; entered.shift(), next = entered[0])
        pass(next);
      entered.length = 0; // which gives its room back
    },
  };
};
