/** The slowest uplink that is allowed for, in bytes a millisecond: 64 kbit/s. */
const slowest = 8;
/** So many bytes leave within any timeout, on any uplink. */
const free = 16 * 1024;

/** An open socket, as far as {@link Uplink} reads it. */
export interface UplinkSocket {
  /** The bytes that were written and are not sent yet. */
  readonly bufferedAmount: number;
}

/**
 * Estimates how far the other side can have read what was written to a socket. The network takes bytes long before they
 * arrive: only replies and pongs show how far the other side has read, and what is beyond that is allowed 64 kbit/s.
 */
export class Uplink {
  #socket: UplinkSocket | undefined;
  #written = 0;
  #read = 0;
  #seen = 0;

  /** Begins with another socket, or with none. */
  open(socket: UplinkSocket | undefined): void {
    this.#socket = socket;
    this.#written = this.#read = this.#seen = 0;
  }

  /** Notes that messages are about to be written. */
  begin(): void {
    if (this.#socket?.bufferedAmount === 0) this.#seen = this.#written;
  }

  /** Notes a message of this size. */
  write(size: number): void {
    this.#written += size;
  }

  /** The last byte of the last message, counted from the first of the socket. */
  get end(): number {
    return this.#written;
  }

  /** Notes that the other side has read up to here. */
  read(end: number): void {
    if (end > this.#read) this.#read = end;
  }

  /** Returns true if the network has taken every byte up to `end`. */
  hasLeft(end: number): boolean {
    return this.#left >= end;
  }

  /** True if the network has taken everything. */
  get isEmpty(): boolean {
    return this.hasLeft(this.#written);
  }

  /** Returns true if bytes remain to be taken, and the network has taken some since the last call. */
  hasMoved(): boolean {
    const left = this.#left;
    const hasMoved = left > this.#seen;
    this.#seen = left;
    return hasMoved && left < this.#written;
  }

  /** Returns the time that the unread bytes up to `end` may take to arrive, in milliseconds. */
  timeFor(end: number): number {
    const ahead = end - this.#read - free;
    return ahead > 0 ? ahead / slowest : 0;
  }

  get #left(): number {
    return this.#written - (this.#socket?.bufferedAmount ?? 0);
  }
}
