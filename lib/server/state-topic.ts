import { isObject } from '../protocol/read.js';
import type { LogEntry } from './log.js';
import { readStateParams } from './state-params.js';
import type { Row, StateTopicOptions } from './state-topic-options.js';
import { pageView } from './page-view.js';
import { rowsView } from './rows-view.js';
import type { StateChange, StateViewOptions } from './state-view.js';
import type { StateRow } from './state-row.js';
import type { DashboardTopic, TopicImage } from './topic.js';

/**
 * Returns a topic with rows by key: publishing a row replaces the one with its key.
 *
 * Params: `sort` (a member, `-` before it for downwards), `page` (from 0) and `pageSize` (50); `filter`, a text that
 * one of the values contains; any other names a member and its value. Rows that are equal in `sort`, or all without it,
 * are in the order of their keys, `u-9` before `u-10`. Without a page an update contains the changes, `{ set, remove,
 * at, total }`; with one it is the page, `{ rows, total }`. Each row has its key as `id`.
 *
 * @example
 * ```ts
 * const server = await serveDashboards({ topics: { units: stateTopic() } });
 * await server.publish('units', { id: 'u-1', state: 'online' });
 * await server.remove('units', 'u-1');
 * ```
 * @param options - See {@link StateTopicOptions}; all are optional
 */
export const stateTopic = (options: StateTopicOptions = {}): DashboardTopic => {
  const { key = 'id' } = options;
  const keyOf = (row: Row) => String(typeof key === 'function' ? key(row) : row[key]);
  return {
    keyOf: (entry) => keyOf(entry as Row),
    misfit: (entry) =>
      !isObject(entry)
        ? 'a row must be an object'
        : typeof key === 'string' && entry[key] === undefined
          ? `a row must have a member ${key}`
          : undefined,
    image: () => stateImage(options),
  };
};

const stateImage = (options: StateTopicOptions): TopicImage => {
  const rows = new Map<string, StateRow>();
  // The rows that were removed, which a resume has to report. In the order of their offsets.
  const gone = new Map<string, { readonly offset: number; readonly ts: number }>();
  const views = new Set<(change: StateChange) => void>();
  const reached = { offset: 0 };

  const put = ({ key = '', value, offset, ts }: LogEntry): StateChange => {
    const before = rows.get(key);
    rows.delete(key);
    gone.delete(key);
    reached.offset = offset;
    if (value === undefined) {
      gone.set(key, { offset, ts });
      return { key, before, after: undefined, offset, ts };
    }
    const { id, ...rest } = value as Row;
    // The key as it was published: a number may name a row.
    const row = { id: (typeof id === 'string' || typeof id === 'number') && String(id) === key ? id : key, ...rest };
    // With digits in columns of their own: `u-9` comes before `u-10`.
    const order = key.replace(/\d+/g, (digits) => digits.padStart(20, '0'));
    const after: StateRow = { key, order, row, text: JSON.stringify(row), offset, ts };
    rows.set(key, after);
    return { key, before, after, offset, ts };
  };

  return {
    load: ({ latest, recent, offset }) => {
      rows.clear();
      gone.clear();
      const removed = recent.filter(({ value }) => value === undefined);
      for (const entry of [...latest, ...removed].sort((one, other) => one.offset - other.offset))
        if ((rows.get(entry.key ?? '')?.offset ?? 0) < entry.offset) put(entry);
      reached.offset = offset;
    },
    apply: (entry) => {
      const change = put(entry);
      for (const take of views) take(change);
    },
    view: (params, changed) => {
      const query = readStateParams(params, options);
      const viewOptions: StateViewOptions = { query, rows, gone, reached, changed };
      const { view, take } = query.page === undefined ? rowsView(viewOptions) : pageView(viewOptions, query.page);
      views.add(take);
      return { ...view, close: () => views.delete(take) };
    },
  };
};
