/** Random numbers that follow from a seed (Mulberry32), and draws with them. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
    this.next();
  }

  /** Returns a number from 0 to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** Returns a whole number, both ends included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.next() * items.length)] ?? items[0];
  }

  /**
   * Returns other random numbers of the same seed, which is below 2^53: drawing from one does not affect the other. What the
   * seed has above 32 bits comes last, so that two seeds that share the numbers of one path do not share those of another.
   */
  static of(seed: number, ...path: readonly number[]): Random {
    const high = Math.floor(seed / 2 ** 32);
    let mixed = seed >>> 0;
    for (const step of high > 0 ? [...path, high] : path)
      mixed = (Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b) + step * 0x9e3779b1) >>> 0;
    return new Random(mixed);
  }
}
