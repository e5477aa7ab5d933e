import type { Fold } from './fold.js';

/** A row of a table; its `id` says which. */
export interface Row {
  readonly id: string | number;
}

/** What is known of a table. */
export interface Rows<R extends Row> {
  /** In the order of the server; the same Map from update to update. */
  readonly byId: ReadonlyMap<R['id'], R>;
  /** How many rows there are on all pages, where the server says that. */
  readonly total: number | undefined;
}

interface Payload<R extends Row> {
  readonly rows?: readonly R[];
  readonly set?: readonly R[];
  readonly remove?: readonly R['id'][];
  readonly total?: number;
}

/**
 * A table by row: `{ rows, total }` replaces all of it, `{ set, remove, total }` changes some. Rows that are new come last.
 */
export const rows = <R extends Row>(): Fold<Rows<R>> => {
  const keyed = (list: readonly R[] = []) =>
    list.map((row): [R['id'], R] => {
      if (typeof row.id !== 'string' && typeof row.id !== 'number') throw new TypeError('a row without an id');
      return [row.id, row];
    });
  const all = ({ rows: list, total }: Payload<R>): Rows<R> => ({ byId: new Map(keyed(list)), total });
  return {
    snapshot: (payload) => all(payload as Payload<R>),
    update: (value, payload) => {
      const change = payload as Payload<R>;
      if (change.rows) return all(change);
      const byId = value.byId as Map<R['id'], R>;
      const set = keyed(change.set); // throws before anything is changed
      for (const id of change.remove ?? []) byId.delete(id);
      for (const [id, row] of set) byId.set(id, row);
      return { byId, total: change.total ?? value.total };
    },
  };
};
