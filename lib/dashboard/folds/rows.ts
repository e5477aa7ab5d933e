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

const lists = ['rows', 'set', 'remove', 'at'] as const;

/** The lists of a payload. Throws a MisfitError with the path of what has another type. */
const checked = <R extends Row>(payload: Payload<R>): Pick<Payload<R>, (typeof lists)[number]> => {
  const given = Object.fromEntries(lists.map((name) => [name, payload[name] ?? undefined])); // null is none
  const wrong = lists.find((name) => given[name] !== undefined && !Array.isArray(given[name]));
  if (wrong) throw new MisfitError(wrong);
  if (typeof (payload.total ?? 0) !== 'number') throw new MisfitError('total');
  const name = given['rows'] ? 'rows' : 'set';
  for (const [index, row] of (payload[name] ?? []).entries())
    if (!isRecord(row) || (typeof row.id !== 'string' && typeof row.id !== 'number'))
      throw new MisfitError(`${name}/${index}/id`);
  return given;
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
