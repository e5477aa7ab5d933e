import type { SchedulerLike } from 'rxjs';

/** The time after its proof from which on an attempt that only the network can have ended was a success, in milliseconds. */
export const lossAfter = 500;

/** Number of attempts that did not last before each further one has to wait for its turn. */
const burst = 6;

/** Options of {@link attemptPace}; times in milliseconds. */
export interface AttemptPaceOptions {
  /** An attempt that lived this long after its proof has lasted. */
  readonly stableAfter: number;
  /** The time between two attempts, once six were proven and did not last. */
  readonly spacing: number;
  /** The clock. */
  readonly scheduler: SchedulerLike;
}

/** The age of the current attempt since its proof, and the least time to the next one. */
export interface AttemptPace {
  /** Returns the time since the proof of the current attempt, in milliseconds; below 0 without one. */
  readonly age: () => number;
  /** Returns true if the current attempt has had its proof. */
  readonly isProven: () => boolean;
  /** Records the proof of the current attempt; only the first one counts. */
  readonly prove: () => void;
  /** Returns true if the current attempt has lived this long since its proof, or is forgiven. Default `stableAfter`, which is the most. */
  readonly hasLasted: (least?: number) => boolean;
  /** Returns the time until an attempt may follow one that has not lasted so far, in milliseconds; 0 once it has. */
  readonly left: () => number;
  /** Ends the current attempt. */
  readonly end: () => void;
  /** Forgets the attempts that did not last, the current one included: only the network is to blame. */
  readonly forgive: () => void;
}

/** Begins with an attempt that has no proof yet. */
export const attemptPace = ({ stableAfter, spacing, scheduler }: AttemptPaceOptions): AttemptPace => {
  let provenAt: number | undefined;
  let turn = -Infinity; // of the next attempt, were there no burst
  let isCounted = false; // the proven attempt, as one that did not last
  let isForgiven = false; // the current attempt

  const isProven = () => provenAt !== undefined;
  const age = () => scheduler.now() - (provenAt ?? Infinity);
  const hasLasted = (least = stableAfter) => isForgiven || age() >= Math.min(least, stableAfter);
  const end = () => {
    provenAt = undefined;
    isCounted = isForgiven = false;
  };
  return {
    age,
    isProven,
    hasLasted,
    end,
    prove: () => {
      provenAt ??= scheduler.now();
    },
    left: () => {
      if (!isProven() || hasLasted()) return 0;
      if (!isCounted) turn = Math.max(turn, scheduler.now()) + spacing;
      isCounted = true;
      return turn - spacing * (burst - 1) - scheduler.now();
    },
    forgive: () => {
      turn = -Infinity;
      isForgiven = true;
    },
  };
};
