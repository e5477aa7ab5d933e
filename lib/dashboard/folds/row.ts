/** A row of a table. */
export interface Row {
  /** The id of the row. An id as a number and as a text, such as 7 and `'7'`, is the same id. */
  readonly id: string | number;
}
