/** Steps that are each used up a number of times, in the order they were written. */
export interface Script<Step> {
  add(step: Step, times: number): void;
  /** The step that applies now, which this uses up once; undefined when nothing is planned. */
  next(): Step | undefined;
  clear(): void;
}

export const createScript = <Step extends object>(): Script<Step> => {
  const planned: { readonly step: Step; left: number }[] = [];
  return {
    add: (step, times) => {
      if (times > 0) planned.push({ step, left: times });
    },
    next: () => {
      const [first] = planned;
      if (first === undefined) return undefined;
      first.left -= 1;
      if (first.left < 1) planned.shift();
      return first.step;
    },
    clear: () => {
      planned.length = 0;
    },
  };
};
