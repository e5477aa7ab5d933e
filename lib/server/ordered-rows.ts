import { placeOf } from './place-of.js';
import type { StateRow } from './state-row.js';

/** Rows are kept in pieces of this length at most: moving one moves no more than that many of the others. */
const maxPiece = 256;

type Compare = (one: StateRow, other: StateRow) => number;

interface Place {
  readonly piece: number;
  readonly within: number;
}

/**
 * Rows in an order, which changes one row at a time: finding one takes logarithmic time, moving it that and a piece.
 * A comparison that is not the same each time costs time, but no row is lost.
 */
export class OrderedRows {
  readonly #compare: Compare;
  #pieces: StateRow[][];
  #length: number;

  constructor(rows: Iterable<StateRow>, compare: Compare) {
    const sorted = [...rows].sort(compare);
    const half = maxPiece / 2;
    this.#compare = compare;
    this.#length = sorted.length;
    this.#pieces = Array.from({ length: Math.ceil(sorted.length / half) }, (_, index) =>
      sorted.slice(index * half, (index + 1) * half),
    );
  }

  get length(): number {
    return this.#length;
  }

  /** Returns all rows in order. */
  all(): StateRow[] {
    return this.#pieces.flat();
  }

  /** Returns a part of the rows in order. */
  slice(start: number, size: number): StateRow[] {
    const found: StateRow[] = [];
    let passed = 0;
    for (const piece of this.#pieces) {
      if (passed >= start + size) break;
      if (passed + piece.length > start) {
        const from = Math.max(0, start - passed);
        found.push(...piece.slice(from, Math.max(from, start + size - passed)));
      }
      passed += piece.length;
    }
    return found;
  }

  /** Returns the index of a row. */
  indexOf(row: StateRow): number {
    return this.#indexAt(this.#find(row));
  }

  /** Replaces a row by one at the same place; returns its index. */
  replace(before: StateRow, after: StateRow): number {
    const place = this.#find(before);
    const piece = this.#pieces[place.piece];
    if (piece !== undefined) piece[place.within] = after;
    return this.#indexAt(place);
  }

  /** Takes out a row; returns the index that it had. */
  remove(row: StateRow): number {
    const place = this.#find(row);
    const index = this.#indexAt(place);
    const piece = this.#pieces[place.piece];
    piece?.splice(place.within, 1);
    if (piece?.length === 0) this.#pieces.splice(place.piece, 1);
    this.#length--;
    return index;
  }

  /** Puts in a row; returns its index. */
  insert(row: StateRow): number {
    const place = this.#placeOf(row);
    const index = this.#indexAt(place);
    const piece = this.#pieces[place.piece];
    if (piece === undefined) this.#pieces.push([row]);
    else piece.splice(place.within, 0, row);
    if (piece !== undefined && piece.length > maxPiece)
      this.#pieces.splice(place.piece + 1, 0, piece.splice(maxPiece / 2));
    this.#length++;
    return index;
  }

  /** The place of a row, or where it would be: in the first piece that does not end before it, else at the end of the last. */
  #placeOf(row: StateRow): Place {
    const isBefore = (other: StateRow): number => this.#compare(other, row);
    const last = this.#pieces.length - 1;
    const piece = Math.min(
      Math.max(last, 0),
      placeOf(this.#pieces, (rows) => isBefore(rows.at(-1) ?? row)),
    );
    return { piece, within: placeOf(this.#pieces[piece] ?? [], isBefore) };
  }

  #find(row: StateRow): Place {
    const place = this.#placeOf(row);
    if (this.#pieces[place.piece]?.[place.within] === row) return place;
    const piece = this.#pieces.findIndex((rows) => rows.includes(row));
    return { piece, within: this.#pieces[piece]?.indexOf(row) ?? 0 };
  }

  #indexAt({ piece, within }: Place): number {
    let index = within;
    for (let at = 0; at < piece; at++) index += this.#pieces[at]?.length ?? 0;
    return index;
  }
}
