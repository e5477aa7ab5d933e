import type { Name } from './contenders/names.js';
import type { Figures } from './measure/job.js';
import { median } from './measure/statistics.js';
import type { Step } from './plan.js';

/** What was measured, round by round. */
export interface Results {
  readonly add: (round: number, step: Step, figures: Figures) => void;
  /** The median of a figure, such as `tls rate` or `drain 1000`; undefined where it was not measured. */
  readonly value: (name: Name, figure: string) => number | undefined;
  /** The least that was measured of a figure. */
  readonly least: (name: Name, figure: string) => number | undefined;
  /** The median over the rounds of a figure in relation to that of the limit in the same round. */
  readonly ratio: (name: Name, figure: string) => number | undefined;
}

const keyOf = ({ kind, mode, count }: Step, figure: string): string =>
  kind === 'traffic' || kind === 'burst' ? `${mode} ${figure}` : kind === 'queue' ? `${figure} ${count}` : figure;

const medianOrNone = (numbers: readonly number[]): number | undefined =>
  numbers.length === 0 ? undefined : median(numbers);

/** Nothing measured yet. */
export const newResults = (): Results => {
  const found = new Map<string, Map<number, number>>();
  const rounds = (name: Name, figure: string): ReadonlyMap<number, number> =>
    found.get(`${name} ${figure}`) ?? new Map();
  return {
    add: (round, step, figures) => {
      for (const [figure, value] of Object.entries(figures)) {
        const key = `${step.name} ${keyOf(step, figure)}`;
        found.set(key, (found.get(key) ?? new Map<number, number>()).set(round, value));
      }
    },
    value: (name, figure) => medianOrNone([...rounds(name, figure).values()]),
    least: (name, figure) => {
      const found = [...rounds(name, figure).values()];
      return found.length === 0 ? undefined : Math.min(...found);
    },
    ratio: (name, figure) => {
      const limits = rounds('limit', figure);
      return medianOrNone([...rounds(name, figure)].map(([round, value]) => value / (limits.get(round) ?? NaN)));
    },
  };
};
