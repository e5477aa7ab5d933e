import { inGroups, lastOf } from './chunks.js';
import { newestOf } from './newest-of.js';
import { type RowChange, rowChange } from './row-change.js';
import { SentRows } from './sent-rows.js';
import type { StateRow } from './state-row.js';
import { matching, snapshotOf, type StateView, type StateViewOptions } from './state-view.js';
import type { ViewUpdate } from './topic.js';

/** A resume with more changes than this, or with more characters in their ids, is answered by a snapshot. */
const maxReplayed = 1000;
const maxIds = 64 * 1024;

/** A view of all rows that match: an update contains the rows that were set, their places, and the ids of removed ones. */
export const rowsView = (options: StateViewOptions): StateView => {
  const { query, changed } = options;
  const pending = new Map<string, RowChange>();
  const sent = new SentRows(query.compare);
  const ifMatching = matchOf(options);
  let total = matching(options).length;

  // An update that is one of several brings the dashboard only as far as its own newest entry. Since each key comes with
  // its newest one alone, and all in order, older ones have come before.
  const updates = (changes: Iterable<RowChange>, isKnown = true): ViewUpdate[] => {
    const groups = [...inGroups(changes)];
    return groups.map((group, index) => {
      // Later changes are in the way of the places as long as their rows are where they were.
      const later = isKnown || index > 0 ? [] : groups.slice(1).flat();
      const remove = [...group.filter(({ after }) => !after), ...later].map(({ id }) => id).join();
      const payload = `{${sent.apply(group, isKnown)},"remove":[${remove}],"total":${total}}`;
      return { offset: lastOf(group).offset, ts: newestOf(group) ?? 0, payload };
    });
  };

  return {
    view: {
      newest: () => newestOf(matching(options)),
      snapshot: () => {
        const rows = matching(options);
        sent.reset(rows);
        pending.clear();
        return snapshotOf(rows, rows.length);
      },
      replay: (after) => {
        const changes = changesSince(after, options);
        const ids = changes.reduce((length, { id }) => length + id.length + 1, 0);
        if (changes.length > maxReplayed || ids > maxIds) return undefined;
        sent.reset(matching(options).filter(({ offset }) => offset <= after));
        pending.clear();
        return updates(changes, false);
      },
      flush: () => {
        const changes = [...pending.values()];
        pending.clear();
        return updates(changes);
      },
    },
    take: ({ key, before, after, ...at }) => {
      const was = ifMatching(before);
      const is = ifMatching(after);
      if (!was && !is) return;
      total += Number(is !== undefined) - Number(was !== undefined);
      const first = pending.get(key);
      pending.delete(key);
      pending.set(key, rowChange(key, first ? first.before : was, is, at));
      changed();
    },
  };
};

const matchOf =
  ({ query }: StateViewOptions) =>
  (row: StateRow | undefined): StateRow | undefined =>
    row !== undefined && query.matches(row.row) ? row : undefined;

/** Returns the changes after an offset in their order, without what the rows were before. */
const changesSince = (after: number, options: StateViewOptions): RowChange[] => {
  const ifMatching = matchOf(options);
  return [
    ...[...options.rows.values()].map((row) => rowChange(row.key, undefined, ifMatching(row), row)),
    ...[...options.gone].map(([key, at]) => rowChange(key, undefined, undefined, at)),
  ]
    .filter(({ offset }) => offset > after)
    .sort((one, other) => one.offset - other.offset);
};
