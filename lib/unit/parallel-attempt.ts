import { filter, map, Subject, type Observable } from 'rxjs';
import type { ConnectionState } from '../connection/connection-state.js';
import type { RenewalEvent } from './renewal-event.js';

/** The attempts to connect in parallel with the open connection. */
export interface ParallelAttempts {
  /** Takes the next state of such an attempt. */
  readonly report: (state: ConnectionState) => void;
  /** Their states. */
  readonly state$: Observable<ConnectionState>;
  /** Emits each delay: the app sees it here, as the state of the unit stays connected. */
  readonly event$: Observable<RenewalEvent>;
}

/** Turns the states of attempts in parallel with the open connection into events. */
export const parallelAttempts = (): ParallelAttempts => {
  const state$ = new Subject<ConnectionState>();
  return {
    report: (state) => {
      state$.next(state);
    },
    state$: state$.asObservable(),
    event$: state$.pipe(
      filter((state) => state.state === 'waiting'),
      map(({ attempt, delay, cause }) => ({ step: 'delayed', attempt, delay, error: cause })),
    ),
  };
};
