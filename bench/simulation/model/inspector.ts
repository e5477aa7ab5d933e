import { SimulationJournal } from './journal.js';
import type { SimulationEvent, Violation } from './events.js';
import { monitors } from '../monitors/all.js';
import type { Monitor } from '../monitors/monitor.js';
import type { Plan } from './plan.js';

/** Shows each event to all monitors, until one of them finds something wrong. */
export class Inspector {
  readonly journal: SimulationJournal;
  readonly #monitors: readonly Monitor[];
  violation: Violation | undefined;

  constructor(plan: Plan) {
    this.journal = new SimulationJournal(plan);
    this.#monitors = monitors(plan);
  }

  see(event: SimulationEvent): void {
    if (this.violation) return;
    for (const { promise, see } of this.#monitors) {
      const what = see(event, this.journal);
      if (what === undefined) continue;
      this.violation = { promise, at: event.at, what };
      return;
    }
    this.journal.see(event);
  }
}

/** Returns the first violation in a history of events, if there is one. */
export const inspect = (plan: Plan, events: readonly SimulationEvent[]): Violation | undefined => {
  const inspector = new Inspector(plan);
  for (const event of events) inspector.see(event);
  return inspector.violation;
};
