import { Fifo } from '../../../lib/collections/fifo.js';
import type { TimeLine } from '../../../lib/testing/virtual/clock.js';

/** One way of a link: what goes in comes out later, in order. */
export class Pipe {
  readonly #line: TimeLine;
  readonly #latency: () => number;
  readonly #onItsWay = new Fifo<() => void>();
  #lastAt = 0;
  /** Until then nothing comes out. */
  stalledUntil = 0;
  /** Nothing comes out any more. */
  isDead = false;

  /** Delivers on `line`; a latency is in milliseconds. */
  constructor(line: TimeLine, latency: () => number) {
    this.#line = line;
    this.#latency = latency;
  }

  carry(deliver: () => void): void {
    if (this.isDead) return;
    const { clock } = this.#line;
    this.#onItsWay.push(deliver);
    this.#lastAt = Math.max(this.#lastAt, clock.now + this.#latency());
    this.#arriveAt(this.#lastAt);
  }

  #arriveAt(at: number): void {
    this.#line.clock.push(at, this.#line, () => {
      if (this.isDead) return;
      if (this.#line.clock.now < this.stalledUntil) this.#arriveAt(this.stalledUntil);
      else this.#onItsWay.shift()?.(); // the first of all, whichever it was when this was planned
    });
  }
}
