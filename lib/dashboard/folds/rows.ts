import { MisfitError } from '../../errors.js';
import type { Fold } from './fold.js';
import type { Row } from './row.js';
import { isRecord } from '../is-record.js';
import { RowMap, type RowChange } from './row-map.js';

/** A table. */
export interface Rows<R extends Row> {
  /** In the order of the server. A row that did not change is the same object from value to value. */
  readonly byId: ReadonlyMap<R['id'], R>;
  /** The number of rows on all pages; undefined if the server does not send it. */
  readonly total: number | undefined;
}

interface Payload<R extends Row> extends RowChange<R> {
  readonly rows?: readonly R[];
  readonly total?: number;
}

type Lists<R extends Row> = Pick<Payload<R>, 'rows' | 'set' | 'remove' | 'at'>;

const isId = (id: unknown) => typeof id === 'string' || typeof id === 'number';
const isRow = (row: unknown) => isRecord(row) && isId(row['id']);
const lists = Object.entries({
  rows: isRow,
  set: isRow,
  remove: isId,
  at: (place: unknown) => place === null || Number(place) >>> 0 === place,
});

/** The lists of a payload; null is none. Throws a MisfitError with the path of what has another type. */
const checked = <R extends Row>(payload: Payload<R>): Lists<R> => {
  if (typeof (payload.total ?? 0) !== 'number') throw new MisfitError('total');
  return Object.fromEntries(
    lists.map(([name, fits]) => {
      const list: unknown = payload[name as keyof Lists<R>] ?? undefined;
      if (list === undefined) return [name, list];
      if (!Array.isArray(list)) throw new MisfitError(name);
      const wrong = list.findIndex((item) => !fits(item));
      if (wrong >= 0) throw new MisfitError(`${name}/${wrong}${fits === isRow ? '/id' : ''}`);
      return [name, list];
    }),
  );
};

/**
 * A table by row: `{ rows, total }` replaces all of it, `{ set, remove, at, total }` changes some. `at` says where rows of
 * `set` go in the table; without it a row stays where it is, and a new one comes last.
 *
 * @returns the fold for the option `fold` of `Dashboard.watch`
 * @example
 * ```ts
 * dashboard.watch<Rows<Unit>>('units', { page: 1 }, { fold: rows<Unit>() });
 * ```
 */
export const rows = <R extends Row>(): Fold<Rows<R>> => {
  const next = (before: Rows<R> | undefined, given: unknown, isWhole = false): Rows<R> => {
    const payload = given as Payload<R>;
    if (!isRecord(given) || (isWhole && !payload.rows)) throw new MisfitError('rows');
    const { rows: list, set, remove, at } = checked(payload);
    const known = before?.byId as RowMap<R> | undefined;
    const byId = list || !known ? RowMap.of(list ?? set ?? [], known) : known.change({ set, remove, at });
    const total = payload.total ?? (list ? undefined : before?.total);
    return before && byId === known && total === before.total ? before : { byId, total };
  };
  return {
    key: 'rows',
    snapshot: (payload, before) => next(before, payload, true),
    update: (value, payload) => next(value, payload),
  };
};
