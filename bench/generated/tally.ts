/** 95 % of a normal distribution lie within so many standard deviations. */
const z = 1.96;

/** Counts how many of a sample were found. */
export class Tally {
  #all = 0;
  #found = 0;

  add(isFound: boolean): void {
    this.#all++;
    if (isFound) this.#found++;
  }

  /** The bounds of the share in all that the sample was drawn from, with 95 % confidence (Wilson). */
  get interval(): readonly [least: number, most: number] {
    if (this.#all === 0) return [0, 1];
    const share = this.#found / this.#all;
    const weight = z ** 2 / this.#all;
    const middle = share + weight / 2;
    const half = z * Math.sqrt((share * (1 - share)) / this.#all + (weight / this.#all) * 0.25);
    return [(middle - half) / (1 + weight), (middle + half) / (1 + weight)];
  }

  get text(): string {
    const [least, most] = this.interval.map((bound) => (bound * 100).toFixed(1)) as [string, string];
    return `${this.#found} of ${this.#all}, with 95 % confidence ${least} to ${most} %`;
  }
}
