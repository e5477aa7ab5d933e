import { PriorityQueue } from '../collections/priority-queue.js';
import { QueueFullError } from '../errors.js';
import type { OutgoingMessage } from './outgoing-message.js';
import { lanes } from './send-options.js';

/** Options of {@link QueueBounds}. */
export interface QueueBoundsOptions {
  /** The most messages that may be undelivered. */
  readonly maxQueued: number;
  /** The most bytes that the undelivered messages may have together. */
  readonly maxQueuedBytes: number;
}

/** Counts the undelivered messages and their bytes, and evicts what may be evicted where there is no room. */
export class QueueBounds {
  readonly #options: QueueBoundsOptions;
  readonly #evict: (message: OutgoingMessage, cause: QueueFullError) => void;
  readonly #evictable = new PriorityQueue<Evictable>();
  #count = 0;
  #bytes = 0;
  #refused = 0; // the size of the last message that found no room

  /** `evict` must drop the message, and remove it here. */
  constructor(options: QueueBoundsOptions, evict: (message: OutgoingMessage, cause: QueueFullError) => void) {
    this.#options = options;
    this.#evict = evict;
  }

  get count(): number {
    return this.#count;
  }

  /** True if there is room for a message, also for the last one that found none. */
  get hasRoom(): boolean {
    return this.#fits(this.#refused);
  }

  add({ size }: OutgoingMessage): void {
    this.#count++;
    this.#bytes += size;
  }

  remove({ size }: OutgoingMessage): void {
    this.#count--;
    this.#bytes -= size;
  }

  /** Lets this message be evicted until it is sent. */
  allowEviction(message: OutgoingMessage): void {
    this.#evictable.push(new Evictable(message));
  }

  /**
   * Makes room for a message, in the place of `older`, which leaves: evicts from the last lane first, and from none before
   * that of the message. Returns the error of a message that finds no room.
   */
  makeRoom({ size, lane }: OutgoingMessage, older?: OutgoingMessage): QueueFullError | undefined {
    const isPossible = size <= this.#options.maxQueuedBytes;
    while (!isPossible || !this.#fits(size, older?.settled ? undefined : older)) {
      const oldest = isPossible ? this.#evictable.shift(lanes.length - 1 - lane) : undefined;
      if (oldest === undefined) {
        this.#refused = size;
        return new QueueFullError(this.#use);
      }
      this.#evict(oldest.message, new QueueFullError(`${this.#use}; it was evicted for a newer one`));
    }
    this.#refused = 0;
    return undefined;
  }

  #fits(size: number, older?: OutgoingMessage): boolean {
    const { maxQueued, maxQueuedBytes } = this.#options;
    const count = this.#count + 1 - (older ? 1 : 0);
    return count <= maxQueued && this.#bytes + size - (older?.size ?? 0) <= maxQueuedBytes;
  }

  get #use(): string {
    const { maxQueued, maxQueuedBytes } = this.#options;
    return `${this.#count} of ${maxQueued} messages, ${this.#bytes} of ${maxQueuedBytes} bytes`;
  }
}

/** A message that may be evicted; the last lane is searched first, and what was sent is passed over. */
class Evictable {
  readonly message: OutgoingMessage;
  readonly lane: number;

  constructor(message: OutgoingMessage) {
    this.message = message;
    this.lane = lanes.length - 1 - message.lane;
  }

  get settled(): boolean {
    return this.message.settled || this.message.transmissions > 0;
  }
}
