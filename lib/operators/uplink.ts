/** The slowest uplink that is allowed for, in bytes a millisecond: 64 kbit/s. */
const slowest = 8;
/** So many bytes leave within any timeout, on any uplink. */
const free = 16 * 1024;

/** What the uplink must know of an open socket. */
export interface UplinkSocket {
  /** What was written and is not sent yet, in bytes. */
  readonly bufferedAmount: number;
}

/**
 * How much of what was written to a socket the other side can have read by now. The network takes bytes long before they
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

  /** Where the last message ends, in bytes from the first of the socket. */
  get end(): number {
    return this.#written;
  }

  /** Notes that the other side has read up to here. */
  read(end: number): void {
    if (end > this.#read) this.#read = end;
  }

  /** Whether the network has taken everything up to here. */
  hasLeft(end: number): boolean {
    return this.#left >= end;
  }

  /** Whether the network has taken everything. */
  get isEmpty(): boolean {
    return this.hasLeft(this.#written);
  }

  /** Whether there is still something to take, and the network has taken something since the last call. */
  hasMoved(): boolean {
    const left = this.#left;
    const hasMoved = left > this.#seen;
    this.#seen = left;
    return hasMoved && left < this.#written;
  }

  /** How long everything up to here may take to arrive that the other side has not read yet, in milliseconds. */
  timeFor(end: number): number {
    const ahead = end - this.#read - free;
    return ahead > 0 ? ahead / slowest : 0;
  }

  get #left(): number {
    return this.#written - (this.#socket?.bufferedAmount ?? 0);
  }
}
