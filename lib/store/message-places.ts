import type { Segment } from './segment-files.js';

/** A place in the files of a journal. */
export interface Place {
  readonly segment: Segment;
  readonly at: number;
  readonly length: number;
}

/** The places of the messages that are kept, by order. */
export class MessagePlaces {
  readonly #places = new Map<number, Place>();

  /** The number of messages. */
  get size(): number {
    return this.#places.size;
  }

  /** The size of all messages, in bytes. */
  get bytes(): number {
    let sum = 0;
    for (const { length } of this.#places.values()) sum += length;
    return sum;
  }

  /** Enters the place of a message, instead of the one that it had. */
  set(order: number, place: Place): void {
    this.delete(order);
    this.#places.set(order, place);
    place.segment.orders.add(order);
  }

  /** Enters messages that lie one after the other. */
  setAll(
    entries: Iterable<{ readonly order: number; readonly length: number }>,
    segment: Segment,
    start: number,
  ): void {
    let at = start;
    for (const { order, length } of entries) {
      this.set(order, { segment, at, length });
      at += length;
    }
  }

  /** Removes a message. */
  delete(order: number): void {
    this.#places.get(order)?.segment.orders.delete(order);
    this.#places.delete(order);
  }

  /** The messages in one file. */
  in(segment: Segment): readonly (Omit<Place, 'segment'> & { readonly order: number })[] {
    return [...segment.orders].flatMap((order) => {
      const place = this.#places.get(order);
      return place ? [{ order, at: place.at, length: place.length }] : [];
    });
  }
}
