import { isObject } from '../protocol/read.js';
import { stateImage } from './state-image.js';
import type { TopicRow, StateTopicOptions } from './state-topic-options.js';
import type { DashboardTopic } from './topic.js';

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
  const keyOf = (row: TopicRow) => String(typeof key === 'function' ? key(row) : row[key]);
  return {
    keyOf: (entry) => keyOf(entry as TopicRow),
    misfit: (entry) =>
      !isObject(entry)
        ? 'a row must be an object'
        : typeof key === 'string' && entry[key] === undefined
          ? `a row must have a member ${key}`
          : undefined,
    image: () => stateImage(options),
  };
};
