/** The bound on the messages of one connection. */
export interface MessageRate {
  /** The messages a second that are read in the long run. */
  readonly perSecond: number;
  /** The messages that are read at once after a pause. */
  readonly burst: number;
}

/** Counts messages against a rate. */
export class RateMeter {
  readonly #rate: MessageRate;
  readonly #now: () => number;
  #left: number;
  #at: number;

  /** `now` in milliseconds, on a clock that never jumps. */
  constructor(rate: MessageRate, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
    this.#left = rate.burst;
    this.#at = now();
  }

  /** Counts a message; returns the time until the next one is due, in milliseconds, and 0 while there is room. */
  count(): number {
    const now = this.#now();
    const { perSecond, burst } = this.#rate;
    this.#left = Math.min(burst, this.#left + ((now - this.#at) * perSecond) / 1000) - 1;
    this.#at = now;
    return this.#left > 0 ? 0 : ((1 - this.#left) * 1000) / perSecond;
  }
}
