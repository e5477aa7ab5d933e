/**
 * Limits what passes to `rate` a second in the long run. What was not used is saved up, one second's worth at most, and
 * the bucket is full at first.
 */
export class TokenBucket {
  readonly #rate: number;
  readonly #most: number;
  #tokens: number;
  #at: number;

  constructor(rate: number, now: number) {
    this.#rate = rate / 1000;
    this.#most = Math.max(1, rate);
    this.#tokens = this.#most;
    this.#at = now;
  }

  /** Returns the number that may pass at `now`, in milliseconds. */
  available(now: number): number {
    this.#tokens = Math.min(this.#most, this.#tokens + Math.max(0, now - this.#at) * this.#rate);
    this.#at = now;
    return Math.floor(this.#tokens + 1e-9); // a sum of fractions falls short of the whole
  }

  /** Notes that so many have passed. */
  take(count: number): void {
    this.#tokens -= count;
  }

  /** The time until one more may pass, in milliseconds. */
  get delay(): number {
    return Math.ceil(Math.max(0, 1 - this.#tokens) / this.#rate - 1e-6);
  }
}
