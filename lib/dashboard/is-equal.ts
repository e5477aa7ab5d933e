/** True if two JSON values have the same content. */
export const isEqual = (one: unknown, other: unknown): boolean => {
  if (one === other) return true;
  if (!isParent(one) || !isParent(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  let more = 0;
  // No list of names is made, as this is done for each row that comes.
  for (const name in one) {
    if (!isEqual(one[name], other[name])) return false;
    more++;
  }
  for (const name in other) if (name in other) more--;
  return more === 0;
};

const isParent = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
