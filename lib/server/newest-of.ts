/** Returns the time of the newest of these entries, in milliseconds since 1970; undefined if there are none. */
export const newestOf = (entries: readonly { readonly ts: number }[]): number | undefined =>
  entries.reduce<number | undefined>((newest = -Infinity, { ts }) => Math.max(newest, ts), undefined);
