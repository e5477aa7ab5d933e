import { asyncScheduler } from 'rxjs';
import type { ConnectionListener } from '../../lib/connection/listeners.js';
import type { Unit } from '../../lib/unit/unit.js';

/** What happens, one line each, with the virtual time in milliseconds. */
export interface UnitLog {
  readonly lines: string[];
  readonly note: (text: string) => void;
  /** A listener that notes what it is told, and whether the unit says it is connected at that moment. */
  readonly listener: (name: string, then?: ConnectionListener) => ConnectionListener;
  /** Notes every state from now on. */
  readonly states: (name?: string) => void;
}

/** Notes what a unit tells. */
export const unitLog = (unit: Unit): UnitLog => {
  const lines: string[] = [];
  const note = (text: string) => void lines.push(`${asyncScheduler.now()} ${text}`);
  const told = (text: string) => {
    note(`${text}, ${unit.isConnected() ? 'connected' : 'not connected'}`);
  };
  return {
    lines,
    note,
    listener: (name, then = {}) => ({
      onConnect: () => {
        told(`${name} on`);
        then.onConnect?.();
      },
      onDisconnect: () => {
        told(`${name} off`);
        then.onDisconnect?.();
      },
    }),
    states: (name = '') => {
      unit.state$.subscribe({
        next: ({ state }) => {
          told(name === '' ? state : `${name} ${state}`);
        },
        error: note,
      });
    },
  };
};
