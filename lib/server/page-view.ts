import { newestOf } from './newest-of.js';
import type { Page } from './state-params.js';
import type { StateRow } from './state-row.js';
import { matching, rowsText, snapshotOf, type StateView, type StateViewOptions } from './state-view.js';
import type { ViewUpdate } from './topic.js';

/** A view of one page of the rows that match: an update is the whole page. */
export const pageView = (options: StateViewOptions, { start, size }: Page): StateView => {
  const { query, rows, gone, reached, changed } = options;
  let shown: string | undefined;
  let shownAt = 0; // the time of the newest row on the page
  let changedAt = 0; // the same of all that match, removed ones included

  const page = (): { readonly rows: StateRow[]; readonly total: number } => {
    const all = matching(options);
    return { rows: all.slice(start, start + size), total: all.length };
  };

  const update = (): ViewUpdate[] => {
    const { rows, total } = page();
    const payload = rowsText(rows, total);
    const newest = newestOf(rows) ?? 0;
    const isSame = payload === shown;
    // A row that was published once more without a change is an update all the same.
    if (isSame && newest <= shownAt) return [];
    shown = payload;
    shownAt = newest;
    return [{ offset: reached.offset, ts: isSame ? newest : Math.max(newest, changedAt), payload }];
  };

  const isAfter = (position: number) => (entry: { readonly offset: number }) => entry.offset > position;

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
      // The page at that offset is not known any more, but it is known if nothing at all has changed since.
      replay: (after) => ([...rows.values(), ...gone.values()].some(isAfter(after)) ? update() : []),
      flush: update,
    },
    take: ({ before, after, ts }) => {
      if (![before, after].some((row) => row !== undefined && query.matches(row.row))) return;
      changedAt = Math.max(changedAt, ts);
      changed();
    },
  };
};
