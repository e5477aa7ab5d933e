/** A row of a state topic. */
export type TopicRow = Readonly<Record<string, unknown>>;

/** Options of `stateTopic`. `params` are those of the subscription, as the dashboard sent them. */
export interface StateTopicOptions {
  /**
   * The member with the key of a row, or a function that returns the key.
   *
   * @defaultValue `id`
   */
  readonly key?: string | ((row: TopicRow) => string);
  /**
   * True if the row matches the params of a subscription.
   *
   * @defaultValue see `stateTopic`
   */
  readonly filter?: (row: TopicRow, params: TopicRow) => boolean;
  /**
   * Compares two rows by the param `sort`. A row that it cannot compare with itself, for which it throws or returns NaN,
   * comes after all others.
   *
   * @defaultValue by the member that it names, downwards if it begins with `-`
   */
  readonly sort?: (one: TopicRow, other: TopicRow, sort: string) => number;
  /**
   * The largest `pageSize`.
   *
   * @defaultValue 1,000
   */
  readonly maxPageSize?: number;
  /**
   * Returns the reason why params are invalid, or undefined.
   *
   * @defaultValue accepts all params
   */
  readonly check?: (params: TopicRow) => string | undefined;
}
