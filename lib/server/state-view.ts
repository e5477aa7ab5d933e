import { inGroups } from './chunks.js';
import type { StateQuery } from './state-params.js';
import type { StateRow } from './state-row.js';
import type { View } from './topic.js';

/** The effect of an entry on a row. */
export interface StateChange {
  readonly key: string;
  readonly before: StateRow | undefined;
  readonly after: StateRow | undefined;
  readonly offset: number;
  readonly ts: number;
}

/** Dependencies of a view of a state topic. */
export interface StateViewOptions {
  readonly query: StateQuery;
  readonly rows: ReadonlyMap<string, StateRow>;
  /** The rows that were removed, by key. */
  readonly gone: ReadonlyMap<string, { readonly offset: number; readonly ts: number }>;
  readonly reached: { readonly offset: number };
  readonly changed: () => void;
}

/** A view of a state topic. */
export interface StateView {
  readonly view: Omit<View, 'close'>;
  /** Takes a change of the topic. */
  readonly take: (change: StateChange) => void;
}

/** Returns the rows that match a query, in its order. */
export const matching = ({ rows, query }: StateViewOptions): StateRow[] =>
  [...rows.values()].filter(({ row }) => query.matches(row)).sort(query.compare);

/** Writes rows as the payload of a snapshot. */
export const rowsText = (rows: readonly { readonly text: string }[], total: number): string =>
  `{"rows":[${rows.map(({ text }) => text).join()}],"total":${total}}`;

/** Writes rows as the payloads of a snapshot in parts. */
export function* snapshotOf(rows: readonly StateRow[], total: number): Generator<string> {
  if (rows.length === 0) yield rowsText([], total);
  for (const group of inGroups(rows)) yield rowsText(group, total);
}
