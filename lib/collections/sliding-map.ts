/** So many additions fill a generation. */
const generation = 128;

/**
 * A Map in order of addition whose entries come and go all the time.
 *
 * A Map rebuilds its table after every so many deletions, and in V8 each discarded table holds on to the one that
 * replaced it: once one of them is old, all that ever passed through lives until the next full collection. Here a new
 * Map takes over whenever the one before has been emptied, and the chain ends.
 */
export class SlidingMap<K, V> {
  #old = new Map<K, V>();
  #young = new Map<K, V>();
  #added = 0;

  get size(): number {
    return this.#old.size + this.#young.size;
  }

  get(key: K): V | undefined {
    return (this.#old.size > 0 ? this.#old.get(key) : undefined) ?? this.#young.get(key);
  }

  /** Adds an entry as the last, also where its key was there before. */
  add(key: K, value: V): void {
    if (++this.#added > generation && this.#old.size === 0) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#added = 0;
    }
    if (this.#old.size > 0) this.#old.delete(key);
    const { size } = this.#young;
    this.#young.set(key, value);
    if (this.#young.size > size) return;
    this.#young.delete(key);
    this.#young.set(key, value);
  }

  /** Takes an entry out and gives its value. */
  take(key: K): V | undefined {
    const value = this.get(key);
    if (value !== undefined) this.delete(key);
    return value;
  }

  delete(key: K): boolean {
    return (this.#old.size > 0 && this.#old.delete(key)) || this.#young.delete(key);
  }

  first(): V | undefined {
    return (this.#old.size > 0 ? this.#old : this.#young).values().next().value;
  }

  *[Symbol.iterator](): Generator<[K, V]> {
    yield* this.#old;
    yield* this.#young;
  }
}
