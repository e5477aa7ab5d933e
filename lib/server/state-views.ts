import { inGroups, lastOf } from './chunks.js';
import { newestOf } from './newest-of.js';
import { placeOf } from './place-of.js';
import type { Page, StateQuery } from './state-params.js';
import type { StateRow } from './state-row.js';
import type { View, ViewUpdate } from './topic.js';

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
  readonly reached: { readonly offset: number };
  readonly changed: () => void;
}

export interface StateView {
  readonly view: Omit<View, 'close'>;
  readonly take: (change: StateChange) => void;
}

/** What became of a row since a dashboard was told of it last. */
interface Fate {
  /** As the dashboard has it; undefined where it has not, or that is not known. */
  readonly before: StateRow | undefined;
  readonly after: StateRow | undefined;
  /** The id, as JSON. */
  readonly id: string;
  /** The row, or its id where it is gone, as JSON. */
  readonly text: string;
  readonly offset: number;
  readonly ts: number;
}

const fateOf = (
  key: string,
  before: StateRow | undefined,
  after: StateRow | undefined,
  { offset, ts }: { readonly offset: number; readonly ts: number },
): Fate => {
  const id = JSON.stringify((after ?? before)?.row['id'] ?? key);
  return { before, after, id, text: after?.text ?? id, offset, ts };
};

/** A resume with more changes than this, or with more characters in their ids, is answered by a snapshot. */
const mostReplayed = 1000;
const mostIds = 64 * 1024;

const matching = ({ rows, query }: StateViewOptions): StateRow[] =>
  [...rows.values()].filter(({ row }) => query.matches(row)).sort(query.compare);

const rowsText = (rows: readonly { readonly text: string }[], total: number): string =>
  `{"rows":[${rows.map(({ text }) => text).join()}],"total":${total}}`;

function* snapshotOf(rows: readonly StateRow[], total: number): Generator<string> {
  if (rows.length === 0) yield rowsText([], total);
  for (const group of inGroups(rows)) yield rowsText(group, total);
}

/** All rows that match: an update says which were set, and where in the table they go, and which went. */
export const rowsView = (options: StateViewOptions): StateView => {
  const { query, rows, gone, changed } = options;
  const pending = new Map<string, Fate>();
  const matches = (row: StateRow | undefined): row is StateRow => row !== undefined && query.matches(row.row);
  const ifMatching = (row: StateRow | undefined) => (matches(row) ? row : undefined);
  // As the dashboard has them, in order, after all that was sent to it.
  let sent: StateRow[] = [];
  let total = matching(options).length;

  const placeIn = (row: StateRow) => placeOf(sent, (other) => query.compare(other, row));
  const indexOf = (row: StateRow) => (sent[placeIn(row)] === row ? placeIn(row) : sent.indexOf(row));

  /** The rows that are set, and where they go, as JSON. Does to `sent` what the dashboard will do. */
  const setText = (fates: readonly Fate[], isKnown: boolean): string => {
    const kept: StateRow[] = [];
    const placed: StateRow[] = [];
    let comeLast = isKnown; // as the dashboard does by itself with rows that are new to it
    for (const { before, after } of fates) {
      if (before && after && query.compare(before, after) === 0) {
        sent[indexOf(before)] = after;
        kept.push(after);
        continue;
      }
      if (before) sent.splice(indexOf(before), 1);
      if (after) placed.push(after);
      if (before && after) comeLast = false;
    }
    const at = placed.sort(query.compare).map((row) => {
      const place = placeIn(row);
      if (place < sent.length) comeLast = false;
      sent.splice(place, 0, row);
      return place;
    });
    const set = [...placed, ...kept].map(({ text }) => text).join();
    return `"set":[${set}]${comeLast ? '' : `,"at":[${at.join()}]`}`;
  };

  // An update that is one of several brings the dashboard only as far as its own newest entry. Since each key comes with
  // its newest one alone, and all in order, whatever is older than that has come before.
  const updates = (fates: Iterable<Fate>, isKnown = true): ViewUpdate[] => {
    const groups = [...inGroups(fates)];
    return groups.map((group, index) => {
      // What comes later is in the way of the places as long as it is where it was.
      const later = isKnown || index > 0 ? [] : groups.slice(1).flat();
      const remove = [...group.filter(({ after }) => !after), ...later].map(({ id }) => id).join();
      const payload = `{${setText(group, isKnown)},"remove":[${remove}],"total":${total}}`;
      return { offset: lastOf(group).offset, ts: newestOf(group) ?? 0, payload };
    });
  };

  const changedSince = (after: number): Fate[] =>
    [
      ...[...rows.values()].map((row) => fateOf(row.key, undefined, ifMatching(row), row)),
      ...[...gone].map(([key, at]) => fateOf(key, undefined, undefined, at)),
    ]
      .filter(({ offset }) => offset > after)
      .sort((one, other) => one.offset - other.offset);

  return {
    view: {
      newest: () => newestOf(matching(options)),
      snapshot: () => {
        sent = matching(options);
        pending.clear();
        return snapshotOf([...sent], sent.length);
      },
      replay: (after) => {
        const fates = changedSince(after);
        const ids = fates.reduce((length, { id }) => length + id.length + 1, 0);
        if (fates.length > mostReplayed || ids > mostIds) return undefined;
        sent = matching(options).filter(({ offset }) => offset <= after);
        pending.clear();
        return updates(fates, false);
      },
      flush: () => {
        const fates = [...pending.values()];
        pending.clear();
        return updates(fates);
      },
    },
    take: ({ key, before, after, ...at }) => {
      const was = ifMatching(before);
      const is = ifMatching(after);
      if (!was && !is) return;
      total += Number(is !== undefined) - Number(was !== undefined);
      const first = pending.get(key);
      pending.delete(key);
      pending.set(key, fateOf(key, first ? first.before : was, is, at));
      changed();
    },
  };
};

/** One page of the rows that match: an update is that page as it is then. */
export const pageView = (options: StateViewOptions, { start, size }: Page): StateView => {
  const { query, rows, gone, reached, changed } = options;
  let shown: string | undefined;
  let shownAt = 0; // when the newest row on the page was made
  let changedAt = 0; // the same of all that match, those that went included

  const page = (): { readonly rows: StateRow[]; readonly total: number } => {
    const all = matching(options);
    return { rows: all.slice(start, start + size), total: all.length };
  };

  const update = (): ViewUpdate[] => {
    const { rows, total } = page();
    const payload = rowsText(rows, total);
    const newest = newestOf(rows) ?? 0;
    const isSame = payload === shown;
    // A row that was published once more as it was is news all the same.
    if (isSame && newest <= shownAt) return [];
    shown = payload;
    shownAt = newest;
    return [{ offset: reached.offset, ts: isSame ? newest : Math.max(newest, changedAt), payload }];
  };

  const isNew = (after: number) => (entry: { readonly offset: number }) => entry.offset > after;

  return {
    view: {
      interval: 50,
      newest: () => newestOf(page().rows),
      snapshot: () => {
        const { rows, total } = page();
        shown = rowsText(rows, total);
        shownAt = newestOf(rows) ?? 0;
        return snapshotOf(rows, total);
      },
      // What the page was like at that offset nobody knows any more; that nothing at all has changed can be told.
      replay: (after) => ([...rows.values(), ...gone.values()].some(isNew(after)) ? update() : []),
      flush: update,
    },
    take: ({ before, after, ts }) => {
      if (![before, after].some((row) => row !== undefined && query.matches(row.row))) return;
      changedAt = Math.max(changedAt, ts);
      changed();
    },
  };
};
