import { inGroups, lastOf } from './in-groups.js';
import type { Page, StateQuery } from './state-params.js';
import type { Row } from './state-topic.js';
import type { View, ViewUpdate } from './topic.js';

/** A row and the entry that it came with. */
export interface StateRow {
  readonly key: string;
  readonly row: Row;
  /** As JSON. */
  readonly text: string;
  readonly offset: number;
  readonly ts: number;
}

/** What an entry did to a row. */
export interface StateChange {
  readonly key: string;
  readonly before: StateRow | undefined;
  readonly after: StateRow | undefined;
  readonly offset: number;
  readonly ts: number;
}

export interface StateViewOptions {
  readonly query: StateQuery;
  readonly rows: ReadonlyMap<string, StateRow>;
  readonly gone: ReadonlyMap<string, { readonly offset: number; readonly ts: number }>;
  readonly reached: { readonly offset: number; readonly ts: number };
  readonly changed: () => void;
}

export interface StateView {
  readonly view: Omit<View, 'close'>;
  readonly take: (change: StateChange) => void;
}

/** What became of a row, for an update: `text` is the row, or its key where it is `removed`. */
interface Fate {
  readonly text: string;
  readonly removed: boolean;
  readonly offset: number;
  readonly ts: number;
}

const fateOf = (key: string, row: StateRow | undefined, { offset, ts }: { offset: number; ts: number }): Fate => ({
  text: row?.text ?? JSON.stringify(key),
  removed: row === undefined,
  offset,
  ts,
});

const inOrder = (rows: StateRow[], { compare }: StateQuery): StateRow[] =>
  compare === undefined
    ? rows
    : rows.sort((one, other) => compare(one.row, other.row) || (one.key < other.key ? -1 : 1));

const matching = ({ rows, query }: StateViewOptions): StateRow[] =>
  [...rows.values()].filter(({ row }) => query.matches(row));

const rowsText = (rows: readonly { readonly text: string }[], total: number): string =>
  `{"rows":[${rows.map(({ text }) => text).join()}],"total":${total}}`;

function* snapshotOf(rows: readonly StateRow[], total: number): Generator<string> {
  if (rows.length === 0) yield rowsText([], total);
  for (const group of inGroups(rows)) yield rowsText(group, total);
}

/** All rows that match: an update says which were set and which went. */
export const rowsView = (options: StateViewOptions): StateView => {
  const { query, rows, gone, changed } = options;
  const pending = new Map<string, Fate>();
  const matches = (row: StateRow | undefined): row is StateRow => row !== undefined && query.matches(row.row);
  let total = matching(options).length;

  // An update that is one of several brings the dashboard only as far as its own newest entry. Since each key comes with
  // its newest one alone, and all in order, whatever is older than that has come before.
  const updates = (fates: Iterable<Fate>): ViewUpdate[] =>
    [...inGroups(fates)].map((group) => {
      const texts = (removed: boolean) => group.flatMap((fate) => (fate.removed === removed ? fate.text : [])).join();
      const { offset, ts } = lastOf(group);
      return { offset, ts, payload: `{"set":[${texts(false)}],"remove":[${texts(true)}],"total":${total}}` };
    });

  const changedSince = (after: number): Fate[] => [
    ...[...rows.values()]
      .filter(({ offset }) => offset > after)
      .map((row) => fateOf(row.key, matches(row) ? row : undefined, row)),
    ...[...gone].filter(([, { offset }]) => offset > after).map(([key, at]) => fateOf(key, undefined, at)),
  ];

  return {
    view: {
      snapshot: () => {
        const found = inOrder(matching(options), query);
        return snapshotOf(found, found.length);
      },
      replay: (after) => updates(changedSince(after).sort((one, other) => one.offset - other.offset)),
      flush: () => {
        const fates = [...pending.values()];
        pending.clear();
        return updates(fates);
      },
    },
    take: ({ key, before, after, ...at }) => {
      const was = matches(before);
      const is = matches(after);
      if (!was && !is) return;
      total += Number(is) - Number(was);
      pending.delete(key);
      pending.set(key, fateOf(key, is ? after : undefined, at));
      changed();
    },
  };
};

/** One page of the rows that match: an update is that page anew. */
export const pageView = (options: StateViewOptions, { start, size }: Page): StateView => {
  const { query, rows, gone, reached, changed } = options;
  let shown: string | undefined;

  const page = (): { readonly rows: StateRow[]; readonly total: number } => {
    const found = inOrder(matching(options), query);
    return { rows: found.slice(start, start + size), total: found.length };
  };

  const update = (): ViewUpdate[] => {
    const { rows, total } = page();
    const payload = rowsText(rows, total);
    if (payload === shown) return [];
    shown = payload;
    return [{ ...reached, payload }];
  };

  const isNew = (after: number) => (entry: { readonly offset: number }) => entry.offset > after;

  return {
    view: {
      interval: 50,
      snapshot: () => {
        const { rows, total } = page();
        shown = rowsText(rows, total);
        return snapshotOf(rows, total);
      },
      // What the page was like at that offset nobody knows any more; that nothing at all has changed can be told.
      replay: (after) => ([...rows.values(), ...gone.values()].some(isNew(after)) ? update() : []),
      flush: update,
    },
    take: ({ before, after }) => {
      if ([before, after].some((row) => row !== undefined && query.matches(row.row))) changed();
    },
  };
};
