import { OrderedRows } from './ordered-rows.js';
import type { StateQuery } from './state-params.js';
import type { StateChange } from './state-change.js';
import type { StateRow } from './state-row.js';

/** The effect of an entry on the rows that match a query. */
export interface Move {
  readonly change: StateChange;
  /** The row as it matched before; undefined if it did not. */
  readonly before: StateRow | undefined;
  readonly after: StateRow | undefined;
  /** The indexes before and after; that of the other one where there is only one. */
  readonly from: number;
  readonly to: number;
}

/** The rows that match a query, in its order: kept once for all who watch the same. */
export class SharedOrder {
  readonly rows: OrderedRows;
  readonly #query: StateQuery;
  readonly #watchers = new Set<(move: Move) => void>();

  constructor(rows: ReadonlyMap<string, StateRow>, query: StateQuery) {
    const matching = [...rows.values()].filter(({ row }) => query.matches(row));
    this.rows = new OrderedRows(matching, query.compare);
    this.#query = query;
  }

  /** Calls back with each move, until what is returned is called. */
  watch(watcher: (move: Move) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  take(change: StateChange): void {
    const before = this.#ifMatching(change.before);
    const after = this.#ifMatching(change.after);
    if (before === undefined && after === undefined) return;
    const move = { change, before, after, ...this.#move(before, after) };
    for (const watcher of this.#watchers) watcher(move);
  }

  #move(before: StateRow | undefined, after: StateRow | undefined): { readonly from: number; readonly to: number } {
    if (before !== undefined && after !== undefined && this.#query.compare(before, after) === 0) {
      const index = this.rows.replace(before, after);
      return { from: index, to: index };
    }
    const from = before === undefined ? undefined : this.rows.remove(before);
    const to = after === undefined ? undefined : this.rows.insert(after);
    return { from: from ?? to ?? 0, to: to ?? from ?? 0 };
  }

  #ifMatching(row: StateRow | undefined): StateRow | undefined {
    return row !== undefined && this.#query.matches(row.row) ? row : undefined;
  }
}
