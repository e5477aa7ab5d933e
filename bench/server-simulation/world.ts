import type { Random } from '../simulation/model/random.js';
import type { Monitors } from './monitors.js';
import type { ServerPlan } from './plan.js';

/** What the parts of a run share. */
export interface ServerWorld {
  readonly plan: ServerPlan;
  readonly random: Random;
  readonly monitors: Monitors;
  readonly isHealed: () => boolean;
  /** Adds a line to the story of the run. */
  readonly note: (line: string) => void;
}

/** Settles after this time, in milliseconds. */
export const pause = (time: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, time);
  });

/** What a process that has ended is answered. */
export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
