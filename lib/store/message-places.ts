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
  #bytes = 0;

  /** The number of messages. */
  get size(): number {
    return this.#places.size;
  }

  /** The size of all messages, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Enters the place of a message, instead of the one that it had. */
  set(order: number, place: Place): void {
    this.delete(order);
    this.#places.set(order, place);
    this.#bytes += place.length;
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
    const place = this.#places.get(order);
    if (place === undefined) return;
    this.#places.delete(order);
    this.#bytes -= place.length;
    place.segment.orders.delete(order);
  }

  /** The messages in one file. */
  in(segment: Segment): readonly (Omit<Place, 'segment'> & { readonly order: number })[] {
    return [...segment.orders].flatMap((order) => {
      const place = this.#places.get(order);
      return place ? [{ order, at: place.at, length: place.length }] : [];
    });
  }
}
