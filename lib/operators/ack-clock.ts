import type { SchedulerLike } from 'rxjs';
import type { Flight } from '../collections/in-flight.js';
import type { Uplink } from './uplink.js';

/** Options of {@link AckClock}. */
export interface AckClockOptions {
  /** In milliseconds. */
  readonly timeout: number;
  readonly scheduler: SchedulerLike;
  readonly uplink: Uplink | undefined;
  /** True if a message counts as read only once something shows it. */
  readonly needsProof: boolean;
}

/** Knows when an ack is overdue, and up to which write the other side is known to have read. */
export class AckClock {
  readonly #options: AckClockOptions;
  #readUntil: number; // what was sent before was read by the other side
  #askedAt = Infinity; // the last time, where it was ever asked
  #askedEnd = 0; // how far was written then
  #repliedAt = -Infinity;
  #startedAt = -Infinity; // no timeout began before
  #isPaused = false;

  constructor(options: AckClockOptions) {
    this.#options = options;
    this.#readUntil = options.needsProof ? -Infinity : Infinity;
  }

  get now(): number {
    return this.#options.scheduler.now();
  }

  /** True while nothing is read on this side. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The timeout of a message ends then. */
  dueAt({ sentAt }: Flight<unknown>): number {
    return Math.max(sentAt, this.#startedAt) + this.#options.timeout;
  }

  /** The same, and no earlier than its bytes had their time to arrive. */
  overdueAt(flight: Flight<unknown>): number {
    if (flight.underWay === 0) return this.dueAt(flight);
    const { timeout, uplink } = this.#options;
    const from = Math.max(flight.sentAt, this.#startedAt, this.#repliedAt);
    return from + timeout + (uplink?.timeFor(flight.end) ?? 0);
  }

  /** True if the other side is known to have read this message. */
  isRead({ sentAt }: Flight<unknown>): boolean {
    return this.#readUntil > sentAt;
  }

  /** True if the ack of a message is overdue, and the message was read. */
  isExpired = (flight: Flight<unknown>): boolean => {
    const { timeout } = this.#options;
    return flight.sentAt <= Math.min(this.now - timeout, this.#readUntil) && this.overdueAt(flight) <= this.now;
  };

  /** Begins all timeouts again. */
  restart(): void {
    this.#startedAt = this.now;
  }

  /** Records that the other side is asked whether it reads. */
  ask(): void {
    this.#askedAt = this.now;
    this.#askedEnd = this.#options.uplink?.end ?? 0;
  }

  /** Records that the other side has answered: what was written before the question was read. */
  answer(): void {
    this.#readUntil = Math.max(this.#readUntil, Math.min(this.#askedAt, this.now));
    this.#options.uplink?.read(this.#askedEnd);
  }

  /** Takes what was written up to this time for read, in milliseconds. */
  assumeRead(until: number): void {
    this.#readUntil = until;
  }

  /** Records a reply, to a message in flight or to another. */
  reply(flight: Flight<unknown> | undefined): void {
    if (flight && flight.sentAt > this.#readUntil) this.#readUntil = flight.sentAt;
    const { uplink } = this.#options;
    if (!uplink) return;
    uplink.read(flight?.end ?? 0);
    this.#repliedAt = this.now;
  }

  /** Records whether this side reads. */
  pause(isPaused: boolean): void {
    if (this.#isPaused && !isPaused) this.restart();
    this.#isPaused = isPaused;
  }
}
