import { Fifo } from '../collections/fifo.js';

/** The values of one key, of which one is worked on at a time. */
export interface KeyLane<T> {
  readonly key: string;
  readonly waiting: Fifo<T>;
  /** The value that is worked on began then, in milliseconds. */
  beganAt: number;
  /** True while a value waits or is worked on. */
  isBusy: boolean;
  /** True while the value that is worked on takes one of the places. */
  hasPlace: boolean;
}

/** So many lanes are kept for their next values, though they have nothing to do. */
const mostIdle = 64;

/** Values in lanes by their keys, and a number of places for those that are worked on. */
export class KeyLanes<T> {
  readonly #key: (value: T) => string;
  readonly #lanes = new Map<string, KeyLane<T>>();
  readonly #ready = new Fifo<KeyLane<T>>(); // those of which a value waits and none is worked on
  readonly #running = new Set<KeyLane<T>>();
  #busy = 0;
  #places: number;

  constructor(key: (value: T) => string, places: number) {
    this.#key = key;
    this.#places = places;
  }

  /** True if nothing waits and nothing is worked on. */
  get isEmpty(): boolean {
    return this.#busy === 0;
  }

  /** The lanes of which a value is worked on. */
  get running(): ReadonlySet<KeyLane<T>> {
    return this.#running;
  }

  /** Puts the value at the end of the lane of its key. */
  add(value: T): void {
    const key = this.#key(value);
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = { key, waiting: new Fifo<T>(), beganAt: 0, isBusy: false, hasPlace: false };
      this.#lanes.set(key, lane);
    }
    lane.waiting.push(value);
    if (lane.isBusy) return;
    lane.isBusy = true;
    this.#busy++;
    this.#ready.push(lane);
  }

  /** Gives a place to the next value, if there is one of both. */
  begin(now: number): { readonly lane: KeyLane<T>; readonly value: T } | undefined {
    const lane = this.#places > 0 ? this.#ready.shift() : undefined;
    const value = lane?.waiting.shift();
    if (lane === undefined || value === undefined) return undefined;
    this.#places--;
    lane.beganAt = now;
    lane.hasPlace = true;
    this.#running.add(lane);
    return { lane, value };
  }

  /** Frees the place of a value that goes on without one. */
  leavePlace(lane: KeyLane<T>): void {
    if (lane.hasPlace) this.#places++;
    lane.hasPlace = false;
  }

  /** Ends the work on the value of this lane, which makes its next one ready. */
  end(lane: KeyLane<T>): void {
    this.#running.delete(lane);
    this.leavePlace(lane);
    if (lane.waiting.length > 0) {
      this.#ready.push(lane);
      return;
    }
    lane.isBusy = false;
    this.#busy--;
    if (this.#lanes.size > mostIdle) this.#lanes.delete(lane.key);
  }
}
