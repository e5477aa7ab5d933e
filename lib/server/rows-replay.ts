import { inGroups, lastOf } from './chunks.js';
import { newestOf } from './newest-of.js';
import { type RowChange, rowChange } from './row-change.js';
import { SentRows } from './sent-rows.js';
import type { StateViewOptions } from './state-view.js';
import type { ViewUpdate } from './topic.js';

/** A resume with more changes than this, or with more characters in their ids, is answered by a snapshot. */
const maxReplayed = 1000;
const maxIds = 64 * 1024;

/** Returns what a dashboard missed that was at this offset; undefined if a snapshot is the better answer. */
export const replayedRows = (after: number, options: StateViewOptions): ViewUpdate[] | undefined => {
  if (!options.gone.isComplete(after)) return undefined;
  const changes = changesSince(after, options);
  const ids = changes.reduce((length, { id }) => length + id.length + 1, 0);
  return changes.length > maxReplayed || ids > maxIds ? undefined : write(changes, after, options);
};

/**
 * Returns what a dashboard missed that was at this offset, however much that is; undefined if rows that it missed the
 * removal of are forgotten.
 */
export const rowsAfter = (after: number, options: StateViewOptions): ViewUpdate[] | undefined =>
  options.gone.isComplete(after) ? write(changesSince(after, options), after, options) : undefined;

/** Writes changes of which it is not known where their rows were. */
const write = (changes: readonly RowChange[], after: number, { order, query }: StateViewOptions): ViewUpdate[] => {
  const sent = new SentRows(query.compare);
  sent.reset(order.rows.all().filter(({ offset }) => offset <= after));
  const groups = [...inGroups(changes)];
  // An update that is one of several brings the dashboard only as far as its own newest entry. Since each key comes with
  // its newest one alone, and all in order, older ones have come before.
  return groups.map((group, index) => {
    // Later changes are in the way of the places as long as their rows are where they were.
    const later = index > 0 ? [] : groups.slice(1).flat();
    const remove = [...group.filter((change) => !change.after), ...later].map(({ id }) => id).join();
    const payload = `{${sent.apply(group, false)},"remove":[${remove}],"total":${order.rows.length}}`;
    return { offset: lastOf(group).offset, ts: newestOf(group) ?? 0, payload };
  });
};

/** Returns the changes after an offset in their order, without what the rows were before. */
const changesSince = (after: number, { rows, gone, query }: StateViewOptions): RowChange[] =>
  [
    ...[...rows.values()].map((row) => rowChange(row.key, undefined, query.matches(row.row) ? row : undefined, row)),
    ...[...gone].map(([key, at]) => rowChange(key, undefined, undefined, at)),
  ]
    .filter(({ offset }) => offset > after)
    .sort((one, other) => one.offset - other.offset);
