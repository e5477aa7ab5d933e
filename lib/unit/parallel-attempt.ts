import { filter, map, Subject, type Observable } from 'rxjs';
import type { ConnectionState } from '../connection/connection-state.js';
import type { RenewalEvent } from './identity.js';

/** What becomes of attempts to connect beside the open connection. */
export interface BesideTheLink {
  readonly tell: (state: ConnectionState) => void;
  readonly state$: Observable<ConnectionState>;
  /** How the app hears of it: the state of the unit stays connected. */
  readonly event$: Observable<RenewalEvent>;
}

/** Passes on what `tell` is told. */
export const besideTheLink = (): BesideTheLink => {
  const state$ = new Subject<ConnectionState>();
  return {
    tell: (state) => {
      state$.next(state);
    },
    state$: state$.asObservable(),
    event$: state$.pipe(
      filter((state) => state.state === 'waiting'),
      map(({ attempt, delay, cause }) => ({ step: 'delayed', attempt, delay, error: cause })),
    ),
  };
};
