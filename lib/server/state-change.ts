import type { StateRow } from './state-row.js';

/** The effect of an entry on a row. */
export interface StateChange {
  readonly key: string;
  readonly before: StateRow | undefined;
  readonly after: StateRow | undefined;
  readonly offset: number;
  readonly ts: number;
}
