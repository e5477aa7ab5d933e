import { SlidingMap } from './sliding-map.js';

/** A message that waits for its reply. */
export interface Flight<T> {
  readonly message: T;
  /** The time of its write, in milliseconds. */
  readonly sentAt: number;
  /** Its last byte, counted from the first of its socket. */
  readonly end: number;
  /** The time that its bytes could take to arrive when it was written, in milliseconds. */
  readonly underWay: number;
}

/** The message that a reply settled. */
export interface Settled<T> {
  readonly message: T;
  /** Its last transmission; undefined if the message was waiting to be sent again. */
  readonly flight: Flight<T> | undefined;
}

/**
 * The messages that wait for their reply, in the order of their writes; and those that wait to be sent again, which a late
 * reply settles too.
 */
export class InFlight<T extends { readonly txn: string }> {
  readonly #flights = new SlidingMap<string, Flight<T>>();
  readonly #late = new Map<string, T>();

  get size(): number {
    return this.#flights.size;
  }

  /** Returns the first that was written. */
  first(): Flight<T> | undefined {
    return this.#flights.first();
  }

  /** Adds a message that was written. */
  track(message: T, sentAt: number, end: number, underWay: number): void {
    if (this.#late.size > 0) this.#late.delete(message.txn);
    this.#flights.add(message.txn, { message, sentAt, end, underWay });
  }

  /** Removes the message of an ack, also where it waits to be sent again. */
  settle(txn: string): Settled<T> | undefined {
    const flight = this.#flights.take(txn);
    const message = flight?.message ?? this.#late.get(txn);
    if (this.#late.size > 0) this.#late.delete(txn);
    return message && { message, flight };
  }

  /** Removes the message of a nack, if it is in flight: it waits to be sent again. */
  reject(txn: string): Flight<T> | undefined {
    const flight = this.#flights.take(txn);
    if (flight) this.#late.set(txn, flight.message);
    return flight;
  }

  /** Removes the first messages as long as they are due: they wait to be sent again. */
  expire(isDue: (flight: Flight<T>) => boolean): readonly T[] {
    const expired: T[] = [];
    for (const [txn, flight] of this.#flights) {
      if (!isDue(flight)) break;
      this.#flights.delete(txn);
      this.#late.set(txn, flight.message);
      expired.push(flight.message);
    }
    return expired;
  }

  /** Removes all that are in flight: they wait to be sent again. */
  loseAll(): readonly Flight<T>[] {
    const lost = Array.from(this.#flights, ([, flight]) => flight);
    for (const { message } of lost) {
      this.#flights.delete(message.txn);
      this.#late.set(message.txn, message);
    }
    return lost;
  }

  /** Removes a message that is not to be sent again. */
  forget(txn: string): void {
    this.#late.delete(txn);
    this.#flights.delete(txn);
  }
}
