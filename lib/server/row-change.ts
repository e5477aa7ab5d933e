import type { StateRow } from './state-row.js';

/** The change of a row since it was last sent to a dashboard. */
export interface RowChange {
  readonly key: string;
  /** The row as the dashboard has it; undefined if it has none, or that is not known. */
  readonly before: StateRow | undefined;
  readonly after: StateRow | undefined;
  /** The id, as JSON. */
  readonly id: string;
  /** The row, or its id if it was removed, as JSON. */
  readonly text: string;
  readonly offset: number;
  readonly ts: number;
}

/** Describes the change of a row. */
export const rowChange = (
  key: string,
  before: StateRow | undefined,
  after: StateRow | undefined,
  { offset, ts }: { readonly offset: number; readonly ts: number },
): RowChange => {
  const id = JSON.stringify((after ?? before)?.row['id'] ?? key);
  return { key, before, after, id, text: after?.text ?? id, offset, ts };
};

/** Takes together what happened to each row, in the order of the last change of each. */
export const mergeChanges = (changes: readonly RowChange[]): readonly RowChange[] => {
  if (changes.length < 2) return changes;
  const merged = new Map<string, RowChange>();
  for (const change of changes) {
    const first = merged.get(change.key);
    merged.delete(change.key);
    merged.set(change.key, first === undefined ? change : { ...change, before: first.before });
  }
  return [...merged.values()];
};
