import { placeOf } from './place-of.js';
import type { RowChange } from './row-change.js';
import type { StateRow } from './state-row.js';

type Compare = (one: StateRow, other: StateRow) => number;

/** The rows as a dashboard has them, in order, after all that was sent to it. */
export class SentRows {
  readonly #compare: Compare;
  #rows: StateRow[] = [];

  constructor(compare: Compare) {
    this.#compare = compare;
  }

  /** Replaces all rows. */
  reset(rows: readonly StateRow[]): void {
    this.#rows = [...rows];
  }

  /**
   * Applies changes as the dashboard will, and writes them as JSON: the rows that are set, and their places.
   * `isKnown` is false if the rows of the dashboard are not known.
   */
  apply(changes: readonly RowChange[], isKnown: boolean): string {
    const kept: StateRow[] = [];
    const placed: StateRow[] = [];
    let atEnd = isKnown; // where a dashboard puts new rows by default
    for (const { before, after } of changes) {
      if (before && after && this.#compare(before, after) === 0) {
        this.#rows[this.#indexOf(before)] = after;
        kept.push(after);
        continue;
      }
      if (before) this.#rows.splice(this.#indexOf(before), 1);
      if (after) placed.push(after);
      if (before && after) atEnd = false;
    }
    const places = placed.sort(this.#compare).map((row) => {
      const place = this.#placeOf(row);
      if (place < this.#rows.length) atEnd = false;
      this.#rows.splice(place, 0, row);
      return place;
    });
    const set = [...placed, ...kept].map(({ text }) => text).join();
    return `"set":[${set}]${atEnd ? '' : `,"at":[${places.join()}]`}`;
  }

  #placeOf(row: StateRow): number {
    return placeOf(this.#rows, (other) => this.#compare(other, row));
  }

  #indexOf(row: StateRow): number {
    const place = this.#placeOf(row);
    return this.#rows[place] === row ? place : this.#rows.indexOf(row);
  }
}
