/** Timers that can be cleared together. */
export class Timers {
  readonly #timers = new Set<NodeJS.Timeout>();

  /** Calls `act` after `wait` milliseconds; returns what prevents it. */
  after(wait: number, act: () => void): () => void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, wait);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
