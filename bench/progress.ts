import type { Step } from './plan.js';

/** Tells on stderr what is being measured and how much time is left. */
export interface Progress {
  readonly begin: (step: Step, round: string) => void;
  readonly end: () => void;
}

/** The time left is what the steps should take, stretched by how they did so far. */
export const newProgress = (steps: readonly Step[]): Progress => {
  const begun = performance.now();
  const whole = steps.reduce((sum, { takes }) => sum + takes, 0);
  let done = 0;
  let current = 0;
  return {
    begin: (step, round) => {
      done += current;
      current = step.takes;
      const spent = performance.now() - begun;
      const left = Math.round(((whole - done) * (done > 0 ? spent / done : 1)) / 1000);
      const count = step.count > 0 ? ` of ${step.count.toLocaleString('en')}` : '';
      const what = `${step.kind}${count} over ${step.mode}`;
      console.error(`${round}, about ${left} s left: ${step.name}, ${what}`);
    },
    end: () => {
      console.error(`measured in ${Math.round((performance.now() - begun) / 1000)} s`);
    },
  };
};
