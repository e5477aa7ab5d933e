import type { SimulationEvent } from '../model/events.js';
import type { SimulationJournal } from '../model/journal.js';

/** The time that the unit has had a link. */
export class LinkTime {
  readonly #accepted = new Map<string, number>();
  #total = 0;
  #at = 0;
  #isOpen = false;

  see(event: SimulationEvent, { current }: SimulationJournal): void {
    if (this.#isOpen) this.#total += event.at - this.#at;
    this.#at = event.at;
    this.#isOpen = current !== undefined;
    if (event.kind === 'accepted') this.#accepted.set(event.txn, this.#total);
  }

  /** Returns that time since this message was accepted, in milliseconds. */
  since(txn: string): number {
    return this.#total - (this.#accepted.get(txn) ?? this.#total);
  }
}
