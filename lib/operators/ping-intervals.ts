/** Pings closer together than this, in milliseconds, were bunched by a stall and say nothing about the interval. */
const bunched = 250;

const none: readonly number[] = [];

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[(numbers.length - 1) >> 1] ?? 0;

/** Measures the ping interval of the other side, in milliseconds: the median of the last three. */
export class PingIntervals {
  readonly #onInterval: (interval: number) => void;
  #interval: number | undefined;
  #last = none;
  #pingedAt: number | undefined;
  #isPaused = false;

  /** `onInterval` is called with the interval each time it is measured. */
  constructor(interval: number | undefined, onInterval: (interval: number) => void) {
    this.#interval = interval;
    this.#onInterval = onInterval;
  }

  /** `undefined` as long as it is not known. */
  get interval(): number | undefined {
    return this.#interval;
  }

  /** Records a signal of a link; from `paused` to `resumed` the link is not read, so that the time between says nothing. */
  observe(signal: unknown, now: number): void {
    if (signal === 'paused' || signal === 'resumed') {
      this.#isPaused = signal === 'paused';
      this.#pingedAt = undefined;
    } else if (signal === 'ping' && !this.#isPaused) this.#measure(now);
  }

  #measure(now: number): void {
    const passed = this.#pingedAt === undefined ? undefined : now - this.#pingedAt;
    if (passed !== undefined && passed < bunched) return;
    this.#pingedAt = now;
    if (passed === undefined) return;
    this.#last = [...this.#last.slice(-2), passed];
    this.#interval = median(this.#last);
    this.#onInterval(this.#interval);
  }
}
