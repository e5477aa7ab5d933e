import type { SimulationJournal } from '../model/journal.js';
import type { SimulationEvent } from '../model/events.js';

/** Holds one promise against what happens. */
export interface Monitor {
  /** Its number in the list of promises, or a name. */
  readonly promise: string;
  /** Sees each event in its order, with the journal as it was before; returns what is wrong. */
  readonly see: (event: SimulationEvent, journal: SimulationJournal) => string | undefined;
}

/** Something that is to be looked at once a time has passed. */
export interface Due {
  at: number;
  readonly check: () => string | undefined;
}

/** Looks at each thing once the time for it is over; a process that stands still gets that time on top. */
export class Deadlines {
  readonly #due: Due[] = [];

  add(at: number, check: () => string | undefined): void {
    this.#due.push({ at, check });
  }

  clear(): void {
    this.#due.length = 0;
  }

  see(event: SimulationEvent, { frozenUntil }: SimulationJournal): string | undefined {
    if (this.#due.length === 0) return undefined;
    if (event.kind === 'process' && event.what !== 'stopping') this.clear();
    for (let index = 0; index < this.#due.length; index++) {
      const due = this.#due[index];
      if (!due || due.at >= event.at) continue;
      if (frozenUntil + 100 > due.at && due.at < event.at && frozenUntil + 100 > event.at - 1) {
        due.at = frozenUntil + 100;
        continue;
      }
      this.#due.splice(index--, 1);
      const wrong = due.check();
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
}
