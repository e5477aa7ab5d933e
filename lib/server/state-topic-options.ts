/** A row of a state topic. */
export type Row = Readonly<Record<string, unknown>>;

/** `Params` are those of the subscription, as the dashboard sent them. */
export interface StateTopicOptions {
  /** The member that names a row, or what makes its name. Default: `id`. */
  readonly key?: string | ((row: Row) => string);
  /** Whether a row is among what was asked for. Default: see `stateTopic`. */
  readonly filter?: (row: Row, params: Row) => boolean;
  /** Compares two rows by the param `sort`. Default: by the member that it names, downwards where it begins with `-`. */
  readonly sort?: (one: Row, other: Row, sort: string) => number;
  /** The largest `pageSize`. Default: 1,000. */
  readonly maxPageSize?: number;
  /** What is wrong with params, in words, or undefined. Default: nothing. */
  readonly check?: (params: Row) => string | undefined;
}
