/** The removal of a row. */
export interface Removal {
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly ts: number;
}

/** The removed rows that are remembered of a topic. */
const most = 10_000;

/** The newest removals of rows, by key: what a dashboard that missed them needs. There are no more than so many. */
export class RemovedRows implements Iterable<readonly [key: string, removal: Removal]> {
  // In the order of their offsets.
  readonly #removals = new Map<string, Removal>();
  #forgotten = 0;

  /** Remembers a removal, which is newer than all others. */
  add(key: string, removal: Removal): void {
    this.#removals.delete(key);
    this.#removals.set(key, removal);
    // Forgetting a tenth at a time: a map looks through what it forgot before it finds its first entry.
    if (this.#removals.size > most * 1.1) this.#forget(this.#removals.size - most);
  }

  /** The row is there again. */
  delete(key: string): void {
    this.#removals.delete(key);
  }

  clear(): void {
    this.#removals.clear();
    this.#forgotten = 0;
  }

  /** True if every removal after this offset is remembered. */
  isComplete(after: number): boolean {
    return after >= this.#forgotten;
  }

  [Symbol.iterator](): Iterator<readonly [key: string, removal: Removal]> {
    return this.#removals[Symbol.iterator]();
  }

  #forget(count: number): void {
    let left = count;
    for (const [key, { offset }] of this.#removals) {
      if (left-- === 0) break;
      this.#removals.delete(key);
      this.#forgotten = offset;
    }
  }
}
