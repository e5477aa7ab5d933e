import type { SchedulerLike } from 'rxjs';

/** The time after its proof from which on an attempt that only the network can have ended was a success, in milliseconds. */
export const lossAfter = 500;

/** Number of attempts that did not last before each further one has to wait for its turn. */
const burst = 6;

/** Options of {@link AttemptPace}; times in milliseconds. */
export interface AttemptPaceOptions {
  /** An attempt that lived this long after its proof has lasted. */
  readonly stableAfter: number;
  /** The time between two attempts, once six were proven and did not last. */
  readonly spacing: number;
  /** The clock. */
  readonly scheduler: SchedulerLike;
}

/** The age of the current attempt since its proof, and the least time to the next one; begins without a proof. */
export class AttemptPace {
  readonly #options: AttemptPaceOptions;
  #provenAt = Infinity;
  #turn = -Infinity; // of the next attempt, were there no burst
  #isCounted = false; // the proven attempt, as one that did not last
  #isForgiven = false; // the current attempt

  constructor(options: AttemptPaceOptions) {
    this.#options = options;
  }

  /** Returns the time since the proof of the current attempt, in milliseconds; below 0 without one. */
  age(): number {
    return this.#options.scheduler.now() - this.#provenAt;
  }

  /** Returns true if the current attempt has had its proof. */
  isProven(): boolean {
    return this.#provenAt < Infinity;
  }

  /** Records the proof of the current attempt; only the first one counts. */
  prove(): void {
    if (!this.isProven()) this.#provenAt = this.#options.scheduler.now();
  }

  /** Returns true if the current attempt has lived this long since its proof, or is forgiven. Default `stableAfter`, which is the most. */
  hasLasted(least?: number): boolean {
    return this.#isForgiven || this.age() >= Math.min(least ?? Infinity, this.#options.stableAfter);
  }

  /** Returns the time until an attempt may follow one that has not lasted so far, in milliseconds; 0 once it has. */
  left(): number {
    if (!this.isProven() || this.hasLasted()) return 0;
    const { spacing, scheduler } = this.#options;
    const now = scheduler.now();
    if (!this.#isCounted) this.#turn = Math.max(this.#turn, now) + spacing;
    this.#isCounted = true;
    return this.#turn - spacing * (burst - 1) - now;
  }

  /** Ends the current attempt. */
  end(): void {
    this.#provenAt = Infinity;
    this.#isCounted = this.#isForgiven = false;
  }

  /** Forgets the attempts that did not last, the current one included: only the network is to blame. */
  forgive(): void {
    this.#turn = -Infinity;
    this.#isForgiven = true;
  }
}
