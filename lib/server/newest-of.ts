/** When the newest of these was published, in milliseconds since 1970; undefined where there are none. */
export const newestOf = (entries: readonly { readonly ts: number }[]): number | undefined =>
  entries.reduce<number | undefined>((newest = -Infinity, { ts }) => Math.max(newest, ts), undefined);
