/** An entry of a {@link TimerHeap}. */
export interface Timed {
  /** The time at which it is due. */
  at: number;
  /** Orders entries that are due at the same time. */
  sequence: number;
}

const isBefore = (one: Timed, other: Timed): boolean =>
  one.at < other.at || (one.at === other.at && one.sequence < other.sequence);

/** A binary heap of entries by their time: adding and taking one costs the logarithm of their number. */
export class TimerHeap<T extends Timed> {
  readonly #heap: T[] = [];

  /** All entries in no particular order. */
  get entries(): readonly T[] {
    return this.#heap;
  }

  /** The entry that is due first. */
  get first(): T | undefined {
    return this.#heap[0];
  }

  add(entry: T): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  /** Removes and returns the entry that is due first. */
  take(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) child++;
      const least = heap[child];
      if (least === undefined || !isBefore(least, last)) break;
      heap[index] = least;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}
