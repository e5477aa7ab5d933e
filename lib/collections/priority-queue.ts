import { Backlog } from './backlog.js';

/** An item, as far as {@link PriorityQueue} reads it. */
export interface Prioritized {
  /** 0 goes first. Default 0. */
  readonly lane?: number;
  /** True once the item is no longer wanted. */
  readonly settled: boolean;
}

/** Queues side by side: whatever is taken out comes from the first that is not empty, and is still wanted. */
export class PriorityQueue<T extends Prioritized> {
  readonly #lanes: Backlog<T>[] = [];

  push(item: T): void {
    const { lane = 0 } = item;
    while (this.#lanes.length <= lane) this.#lanes.push(new Backlog());
    this.#lanes[lane]?.push(item);
  }

  /** Takes out the next of the lanes up to and including `last`. */
  shift(last?: number): T | undefined {
    for (let lane = 0; lane < this.#lanes.length && !(last !== undefined && lane > last); lane++) {
      const item = this.#lanes[lane]?.shift();
      if (item !== undefined) return item;
    }
    return undefined;
  }
}
