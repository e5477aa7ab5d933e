import type { ConnectionEvent } from '../connection/connection-state.js';
import { connectionListeners } from '../connection/listeners.js';
import { transitions, type Transitions } from '../connection/state-machine.js';
import type { Failures } from './failures.js';
import type { UnitNotices } from './notices.js';
import type { Unit } from './unit.js';

/** The states of a unit's connection. */
export interface UnitStates extends Transitions {
  /** The part of a unit that shows them. */
  readonly observed: Pick<Unit, 'isConnected' | 'addListener' | 'removeListener'>;
}

/** Passes each state of the connection to the listeners, the streams and the notices. */
export const unitStates = (notices: Pick<UnitNotices, 'entered'>, { report }: Failures): UnitStates => {
  const listeners = connectionListeners(report);
  const states = transitions(listeners);
  return {
    ...states,
    enter: (event: ConnectionEvent) => {
      notices.entered(event);
      states.enter(event);
    },
    observed: {
      isConnected: states.isConnected,
      addListener: listeners.add,
      removeListener: listeners.remove,
    },
  };
};
