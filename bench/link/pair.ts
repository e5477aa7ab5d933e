/** The same work done by hand and by a unit. */
export interface Pair {
  readonly title: string;
  /** The number of times that it is done in one turn. */
  readonly times: number;
  readonly bare: (times: number) => Promise<unknown>;
  readonly unit: (times: number) => Promise<unknown>;
}
