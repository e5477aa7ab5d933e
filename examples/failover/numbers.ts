/** The numbers of updates that a widget shows, and those that it should. */
export interface Numbers {
  readonly shown: readonly number[];
  /** From here on, where `newest` is the greatest one that it shows. */
  readonly from: (newest: number) => number;
}

export const newestOf = ({ shown }: Numbers): number => shown.reduce((one, other) => Math.max(one, other), 0);

/** How many are not there, there twice, or there though they should not be; only every `step`th one should. */
export const amissIn = (numbers: Numbers, step: number): number => {
  const { shown, from } = numbers;
  const newest = newestOf(numbers);
  const missing = new Set<number>();
  for (let n = newest; n >= Math.max(1, from(newest)); n -= step) missing.add(n);
  const surplus = shown.filter((n) => !missing.delete(n));
  return missing.size + surplus.length;
};
