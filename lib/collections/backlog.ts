import { Fifo } from './fifo.js';

/** A queue that removes what is settled: at its head at once, elsewhere before it has grown to the double. */
export class Backlog<T extends { readonly settled: boolean }> {
  readonly #items = new Fifo<T>();
  #sweepAt = 1024;

  push(item: T): void {
    this.#items.push(item);
    // What was settled while it waited would pile up through a long outage.
    if (this.#items.length < this.#sweepAt) return;
    this.#items.keepOnly(({ settled }) => !settled);
    this.#sweepAt = Math.max(1024, this.#items.length * 2);
  }

  /** The first that is not settled. */
  peek(): T | undefined {
    while (this.#items.peek()?.settled) this.#items.shift();
    return this.#items.peek();
  }

  /** Takes out the first that is not settled. */
  shift(): T | undefined {
    return this.peek() && this.#items.shift();
  }
}
