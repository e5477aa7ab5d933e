import { Fifo } from '../../collections/fifo.js';

/** The clock of a {@link Pipe}, in milliseconds. */
export interface PipeClock {
  readonly now: () => number;
  /** Calls `work` at this time, after all that is due then already. */
  readonly at: (time: number, work: () => void) => void;
}

/** One direction of a virtual link: the first in is the first out, after a latency. */
export class Pipe {
  readonly #clock: PipeClock;
  readonly #latency: () => number;
  readonly #underWay = new Fifo<() => void>();
  #lastAt = 0;
  /** The time until which nothing comes out. */
  stalledUntil = 0;
  /** True if nothing comes out any more. */
  isDead = false;

  constructor(clock: PipeClock, latency: () => number) {
    this.#clock = clock;
    this.#latency = latency;
  }

  /** Calls `deliver` at the other end. */
  carry(deliver: () => void): void {
    if (this.isDead) return;
    this.#underWay.push(deliver);
    this.#lastAt = Math.max(this.#lastAt, this.#clock.now() + this.#latency());
    this.#arriveAt(this.#lastAt);
  }

  #arriveAt(time: number): void {
    this.#clock.at(time, () => {
      if (this.isDead) return;
      if (this.#clock.now() < this.stalledUntil) this.#arriveAt(this.stalledUntil);
      else this.#underWay.shift()?.(); // the first of all, whichever it was when this was planned
    });
  }
}
