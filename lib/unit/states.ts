import type { ConnectionEvent } from '../connection/connection-state.js';
import { connectionListeners } from '../connection/listeners.js';
import { stateMachine, type StateMachine } from '../connection/state-machine.js';
import type { Failures } from './failures.js';
import type { UnitNotices } from './notices.js';
import type { Unit } from './unit.js';

/** The states of a unit's connection. */
export interface UnitStates extends StateMachine {
  /** The part of a unit that shows them. */
  readonly observed: Pick<Unit, 'isConnected' | 'addListener' | 'removeListener'>;
}

/** Passes each state of the connection to the listeners, the streams and the notices. */
export const unitStates = (notices: Pick<UnitNotices, 'entered'>, { report }: Failures): UnitStates => {
  const listeners = connectionListeners(report);
  const states = stateMachine(listeners);
  return {
    observed: {
      isConnected: states.isConnected,
      addListener: listeners.add,
      removeListener: listeners.remove,
    },
    ...states,
    transition: (event: ConnectionEvent) => {
      notices.entered(event);
      states.transition(event);
    },
  };
};
