import { isEqual } from '../is-equal.js';
import type { Row } from './row.js';

/** A change of some rows. */
export interface RowChange<R extends Row> {
  /** Rows that are new, or take the place of the one with their id. */
  readonly set?: readonly R[] | undefined;
  /** The ids of rows that are gone. */
  readonly remove?: readonly R['id'][] | undefined;
  /** The places of the rows of `set`, in ascending order; rows without one stay where they are, or come last. */
  readonly at?: readonly (number | null)[] | undefined;
}

/** Rows are kept in chunks of 2 ** 5, so that a row that changes costs one chunk and the list of them. */
const bits = 5;
const mask = 2 ** bits - 1;

/** Makes nothing: a Map by its methods, without the room for entries that each real one takes. */
const NoMap = function () {
  // nothing to make
} as unknown as MapConstructor;
Object.setPrototypeOf(NoMap.prototype, Map.prototype);

/** Rows by id, in order. It never changes: what follows from it is another one, which shares what stayed the same. */
export class RowMap<R extends Row> extends NoMap<R['id'], R> {
  readonly #slots: Map<string, number>; // the place of an id in the chunks; shared by all that follow, and only added to
  readonly #chunks: (readonly (R | undefined)[])[];
  #order: readonly number[] = [];

  private constructor(slots: Map<string, number>, chunks: (readonly (R | undefined)[])[]) {
    super();
    this.#slots = slots;
    this.#chunks = chunks;
  }

  /** Exactly these rows. Those that `before` has with the same content are the ones of `before`. */
  static of<R extends Row>(list: readonly R[], before?: RowMap<R>): RowMap<R> {
    const none = new RowMap<R>(new Map(), []);
    const next = none.change({ set: before ? list.map((row) => before.#known(row)) : list });
    const isSame =
      before?.size === next.size &&
      before.#order.every((slot, index) => before.#at(slot) === next.#at(next.#order[index]));
    return isSame ? before : next;
  }

  /** First `remove`, then `set`. */
  change({ set = [], remove = [], at = [] }: RowChange<R>): RowMap<R> {
    const next = new RowMap<R>(this.#slots, this.#chunks.slice());
    let order: number[] | undefined;
    let changed = false as boolean; // by a callback, which the compiler does not see
    const put = (slot: number, row: R | undefined) => {
      const index = slot >> bits;
      const chunk = this.#chunks[index];
      if (next.#chunks[index] === chunk) next.#chunks[index] = chunk?.slice() ?? [];
      (next.#chunks[index] as (R | undefined)[])[slot & mask] = row;
      changed = true;
    };
    const move = (slot: number, to: number) => {
      order ??= this.#order.slice();
      if (next.#at(slot)) order.splice(order.indexOf(slot), 1);
      else order.splice(to, 0, slot);
    };
    const takeOut = (id: R['id']) => {
      const slot = this.#slots.get(String(id));
      if (slot === undefined || !next.#at(slot)) return;
      move(slot, 0);
      put(slot, undefined);
    };
    remove.forEach(takeOut);
    set.forEach(({ id }, index) => {
      if (typeof at[index] === 'number') takeOut(id);
    });
    set.forEach((row, index) => {
      const key = String(row.id);
      const slot = this.#slots.get(key) ?? this.#slots.size;
      this.#slots.set(key, slot);
      const known = this.#known(row);
      if (!next.#at(slot)) move(slot, at[index] ?? Infinity);
      if (next.#at(slot) !== known) put(slot, known);
    });
    if (!changed) return this;
    next.#order = order ?? this.#order;
    // A slot is never given to another id; where most are of no use any more, all are given out again.
    return this.#slots.size > 2 * next.size + 1000 ? RowMap.of([...next.values()]) : next;
  }

  override get size(): number {
    return this.#order.length;
  }

  override get(id: R['id']): R | undefined {
    return this.#at(this.#slots.get(String(id)));
  }

  override has(id: R['id']): boolean {
    return this.get(id) !== undefined;
  }

  override forEach(each: (row: R, id: R['id'], rows: Map<R['id'], R>) => void, self?: unknown): void {
    for (const row of this.values()) each.call(self, row, row.id, this);
  }

  override *values(): MapIterator<R> {
    for (const slot of this.#order) {
      const row = this.#at(slot);
      if (row) yield row;
    }
  }

  override *keys(): MapIterator<R['id']> {
    for (const { id } of this.values()) yield id;
  }

  override *entries(): MapIterator<[R['id'], R]> {
    for (const row of this.values()) yield [row.id, row];
  }

  override [Symbol.iterator](): MapIterator<[R['id'], R]> {
    return this.entries();
  }

  #at(slot = -1): R | undefined {
    return this.#chunks[slot >> bits]?.[slot & mask];
  }

  #known(row: R): R {
    const known = this.get(row.id);
    return known && isEqual(known, row) ? known : row;
  }
}
