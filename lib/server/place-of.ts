/** The index of the first item that is not before a place; `compare` is below 0 for items that are. The list is in order. */
export const placeOf = <T>(list: readonly T[], compare: (item: T) => number): number => {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(list[middle] as T) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};
