/** The stream that is written to. */
export interface PacedSink {
  readonly writable: boolean;
  readonly write: (bytes: Uint8Array, onTaken: () => void) => unknown;
}

/** The size up to which a write is handed over at once, if nothing waits. */
const most = 64 * 1024;
const piece = 32 * 1024;

/**
 * Hands over large writes piece by piece, each once the network has accepted the one before: one large write shows no
 * progress until all of it is accepted, which looks like a dead link on a slow one.
 */
export class PacedWriter {
  readonly #sink: PacedSink;
  readonly #began: () => () => void;
  readonly #queue: (Uint8Array | (() => void))[] = [];
  #offset = 0; // into the first of the queue
  #waiting = 0;
  #isBusy = false;

  /** `began` is called with each write, and what it returns once the write was taken. */
  constructor(sink: PacedSink, began: () => () => void) {
    this.#sink = sink;
    this.#began = began;
  }

  /** The size of what has not been handed over yet, in bytes. */
  get waiting(): number {
    return this.#waiting;
  }

  write(bytes: Uint8Array): void {
    if (this.#queue.length === 0 && bytes.length <= most) {
      this.#sink.write(bytes, this.#began());
      return;
    }
    this.#queue.push(bytes);
    this.#waiting += bytes.length;
    if (!this.#isBusy) this.#pump();
  }

  /** Does this once everything before has been handed over; at once where nothing waits. */
  afterwards(work: () => void): void {
    if (this.#queue.length === 0) work();
    else this.#queue.push(work);
  }

  /** Hands everything over now. */
  flush(): void {
    while (this.#workOn(Infinity)) this.#hand(Infinity, () => undefined);
  }

  #pump(): void {
    this.#isBusy = this.#workOn(piece);
    if (!this.#isBusy) return;
    this.#hand(piece, () => {
      this.#pump();
    });
  }

  #workOn(size: number): boolean {
    if (!this.#sink.writable) {
      this.#queue.length = this.#offset = this.#waiting = 0;
      return false;
    }
    for (let next = this.#queue[0]; typeof next === 'function'; next = this.#queue[0]) {
      this.#queue.shift();
      next();
    }
    return this.#queue.length > 0 && size > 0;
  }

  #hand(size: number, onTaken: () => void): void {
    const [first] = this.#queue;
    if (!(first instanceof Uint8Array)) return;
    const part = first.subarray(this.#offset, this.#offset + size);
    this.#offset += part.length;
    this.#waiting -= part.length;
    if (this.#offset === first.length) {
      this.#queue.shift();
      this.#offset = 0;
    }
    const taken = this.#began();
    this.#sink.write(part, () => {
      taken();
      onTaken();
    });
  }
}
