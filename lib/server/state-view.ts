import { inGroups } from './chunks.js';
import type { RemovedRows } from './removed-rows.js';
import type { SharedOrder } from './shared-order.js';
import type { StateQuery } from './state-params.js';
import type { StateRow } from './state-row.js';

/** The content of a state topic, of which a view shows a part. */
export interface StateContent {
  readonly rows: ReadonlyMap<string, StateRow>;
  /** The rows that were removed. */
  readonly gone: RemovedRows;
  readonly reached: { readonly offset: number };
}

/** Dependencies of the views of a state topic that show the same. */
export interface StateViewOptions extends StateContent {
  readonly query: StateQuery;
  /** The rows that match, in order. */
  readonly order: SharedOrder;
}

/** Writes rows as the payload of a snapshot. */
export const rowsText = (rows: readonly { readonly text: string }[], total: number): string =>
  `{"rows":[${rows.map(({ text }) => text).join()}],"total":${total}}`;

/** Writes rows as the payloads of a snapshot in parts. */
export function* snapshotOf(rows: readonly StateRow[], total: number): Generator<string> {
  if (rows.length === 0) yield rowsText([], total);
  for (const group of inGroups(rows)) yield rowsText(group, total);
}
