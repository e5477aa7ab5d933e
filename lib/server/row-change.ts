import type { StateRow } from './state-row.js';

/** The change of a row since it was last sent to a dashboard. */
export interface RowChange {
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
  return { before, after, id, text: after?.text ?? id, offset, ts };
};
