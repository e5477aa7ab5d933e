/** A row of a table; its `id` says which. An id as a number and as a text, such as 7 and `'7'`, is the same id. */
export interface Row {
  readonly id: string | number;
}
