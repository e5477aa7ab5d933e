import { Fifo } from './fifo.js';

/** What {@link Lanes} must know of an item. */
export interface InLane {
  /** 0 goes first. Default 0. */
  readonly lane?: number;
  /** True once the item is no longer wanted. */
  readonly settled: boolean;
}

/** Queues side by side: whatever is taken out comes from the first that is not empty, and is still wanted. */
export class Lanes<T extends InLane> {
  readonly #lanes: { readonly items: Fifo<T>; sweepAt: number }[] = [];

  push(item: T): void {
    const { lane = 0 } = item;
    while (this.#lanes.length <= lane) this.#lanes.push({ items: new Fifo(), sweepAt: 1024 });
    const queue = this.#lanes[lane];
    if (queue === undefined) return;
    queue.items.push(item);
    // What was settled while it waited would pile up through a long outage.
    if (queue.items.length < queue.sweepAt) return;
    queue.items.keepOnly(({ settled }) => !settled);
    queue.sweepAt = Math.max(1024, queue.items.length * 2);
  }

  /** Takes out the next of the lanes up to and including `last`. */
  shift(last?: number): T | undefined {
    for (const [lane, { items }] of this.#lanes.entries()) {
      if (last !== undefined && lane > last) break;
      for (let item = items.shift(); item !== undefined; item = items.shift()) if (!item.settled) return item;
    }
    return undefined;
  }
}
