import type { TopicRow } from './state-topic-options.js';

/** A row and the entry that it came with. */
export interface StateRow {
  readonly key: string;
  /** The key as rows are ordered by it. */
  readonly order: string;
  readonly row: TopicRow;
  /** As JSON. */
  readonly text: string;
  readonly offset: number;
  readonly ts: number;
}
