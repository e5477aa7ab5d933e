import type { JsonObject } from '../protocol/read.js';
import type { LogEntry } from './log.js';
import { RemovedRows } from './removed-rows.js';
import { SharedPage } from './shared-page.js';
import { Shared } from './shared.js';
import { SharedOrder } from './shared-order.js';
import { SharedRows } from './shared-rows.js';
import { readParams } from './params.js';
import { readStateParams, type StateQuery } from './state-params.js';
import { stableText } from './stable-text.js';
import type { StateRow } from './state-row.js';
import type { TopicRow, StateTopicOptions } from './state-topic-options.js';
import type { StateChange } from './state-change.js';
import type { TopicImage, View } from './topic.js';

type ViewMaker = (changed: () => void) => View;

/** The rows of a state topic in memory, and the orders and views of those who watch, each of which is kept once. */
export const stateImage = (options: StateTopicOptions): TopicImage => {
  const rows = new Map<string, StateRow>();
  const gone = new RemovedRows();
  const reached = { offset: 0 };
  const orders = new Shared<SharedOrder>();
  const views = new Shared<ViewMaker>();

  const put = (entry: LogEntry): StateChange => {
    const { key = '', value, offset, ts } = entry;
    const before = rows.get(key);
    rows.delete(key);
    gone.delete(key);
    reached.offset = offset;
    const after = value === undefined ? undefined : rowOf(entry);
    if (after === undefined) gone.add(key, { offset, ts });
    else rows.set(key, after);
    return { key, before, after, offset, ts };
  };

  const makeView = (query: StateQuery, orderKey: string) => () => {
    const order = orders.use(orderKey, () => ({ value: new SharedOrder(rows, query), drop: () => undefined }));
    const content = { rows, gone, reached, query, order: order.value };
    const shown = query.page === undefined ? new SharedRows(content) : new SharedPage(content, query.page);
    const drop = (): void => {
      shown.stop();
      order.free();
    };
    return { value: (changed: () => void) => shown.view(changed), drop };
  };

  return {
    load: ({ latest, recent, offset }) => {
      rows.clear();
      gone.clear();
      orders.forget();
      views.forget();
      const removed = recent.filter(({ value }) => value === undefined);
      for (const entry of [...latest, ...removed].sort((one, other) => one.offset - other.offset))
        if ((rows.get(entry.key ?? '')?.offset ?? 0) < entry.offset) put(entry);
      reached.offset = offset;
    },
    apply: (entry) => {
      const change = put(entry);
      for (const order of orders.values()) order.take(change);
    },
    view: (params, changed) => {
      const query = readStateParams(params, options);
      // A filter of the app may read any param.
      const orderKey = stableText(options.filter === undefined ? withoutPage(readParams(params)) : readParams(params));
      const { value, free } = views.use(stableText(readParams(params)), makeView(query, orderKey));
      const view = value(changed);
      return {
        ...view,
        close: () => {
          view.close();
          free();
        },
      };
    },
  };
};

const withoutPage = (params: JsonObject): object =>
  Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'page' && name !== 'pageSize'));

const rowOf = ({ key = '', value, offset, ts }: LogEntry): StateRow => {
  const { id, ...rest } = value as TopicRow;
  // The key as it was published: a number may name a row.
  const row = { id: (typeof id === 'string' || typeof id === 'number') && String(id) === key ? id : key, ...rest };
  // With digits in columns of their own: `u-9` comes before `u-10`.
  const order = key.replace(/\d+/g, (digits) => digits.padStart(20, '0'));
  return { key, order, row, text: JSON.stringify(row), offset, ts };
};
