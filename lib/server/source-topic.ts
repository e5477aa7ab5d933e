import type { Observable } from 'rxjs';
import { stateTopic } from './state-topic.js';
import type { DashboardTopic, OpenSource, SnapshotSource } from './topic.js';

/** Options of {@link topic}. */
export interface TopicOptions {
  /**
   * The way in which entries are kept and shown: `stateTopic`, `seriesTopic` or `valueTopic`.
   *
   * @defaultValue `stateTopic()`
   */
  readonly as?: DashboardTopic;
  /**
   * The names of the params that the source gets; all others are those of `as`.
   *
   * @defaultValue all but `filter`, `sort`, `page`, `pageSize` and `window`
   */
  readonly params?: readonly string[];
  /**
   * The time for which the source is kept after the last page that watched it, in milliseconds.
   *
   * @defaultValue 60,000
   */
  readonly idleAfter?: number;
}

/** A row that is removed from a topic with a source. */
export class RemovedRow {
  /** The key of the row. */
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }
}

/**
 * Returns what removes a row, for the source of a {@link topic}.
 *
 * @example
 * ```ts
 * const unit$ = concat(of({ id: 'u-1', state: 'online' }), of(removed('u-1')));
 * ```
 * @param key - The key of the row
 * @returns An entry for the source to emit
 */
export const removed = (key: string | number): RemovedRow => new RemovedRow(String(key));

const shapeParams: readonly string[] = ['filter', 'sort', 'page', 'pageSize', 'window'];

/**
 * Returns a topic out of the data of the app. The source is subscribed when the first page watches it, once for all that
 * ask for the same params, and ended when no page has watched it for a while. Its entries are numbered, so that a page
 * resumes where it was.
 *
 * @example
 * ```ts
 * const topics = {
 *   units: topic(unit$),
 *   alarms: topic(({ site }) => ({ snapshot: () => db.alarms(site), update$: alarmsOf(site) }), { params: ['site'] }),
 * };
 * ```
 * @param source - An Observable of entries, what a database has, or a function of the params that returns one of these
 * @param options - See {@link TopicOptions}; all are optional
 * @returns The topic, for the option `topics` of `serveDashboards`
 */
export const topic = (
  source: Observable<unknown> | SnapshotSource | OpenSource,
  options: TopicOptions = {},
): DashboardTopic => {
  const { as = stateTopic(), params, idleAfter = 60_000 } = options;
  const takes = (name: string): boolean => params?.includes(name) ?? !shapeParams.includes(name);
  const isFunction = typeof source === 'function';
  return {
    ...as,
    source: {
      open: isFunction ? source : () => source,
      takes: (name) => isFunction && takes(name),
      idleAfter,
    },
  };
};
