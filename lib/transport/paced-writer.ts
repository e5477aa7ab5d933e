/** The stream that is written to. */
export interface PacedSink {
  readonly writable: boolean;
  readonly write: (bytes: Uint8Array, onTaken: () => void) => unknown;
}

/** Hands large writes over piece by piece. */
export interface PacedWriter {
  /** The size of what has not been handed over yet, in bytes. */
  readonly waiting: number;
  readonly write: (bytes: Uint8Array) => void;
  /** Does this once everything before has been handed over; at once where nothing waits. */
  readonly afterwards: (work: () => void) => void;
  /** Hands everything over now. */
  readonly flush: () => void;
}

/** The size up to which a write is handed over at once, if nothing waits. */
const most = 64 * 1024;
const piece = 32 * 1024;

/**
 * Hands over large writes piece by piece, each once the network has accepted the one before: one large write shows no
 * progress until all of it is accepted, which looks like a dead link on a slow one.
 */
export const pacedWriter = (sink: PacedSink, began: () => () => void): PacedWriter => {
  const queue: (Uint8Array | (() => void))[] = [];
  let offset = 0; // into the first of the queue
  let waiting = 0;
  let isBusy = false;

  const hand = (size: number, onTaken: () => void) => {
    const [first] = queue;
    if (!(first instanceof Uint8Array)) return;
    const part = first.subarray(offset, offset + size);
    offset += part.length;
    waiting -= part.length;
    if (offset === first.length) {
      queue.shift();
      offset = 0;
    }
    const taken = began();
    sink.write(part, () => {
      taken();
      onTaken();
    });
  };
  const workOn = (size: number): boolean => {
    if (!sink.writable) {
      queue.length = offset = waiting = 0;
      return false;
    }
    for (let next = queue[0]; typeof next === 'function'; next = queue[0]) {
      queue.shift();
      next();
    }
    return queue.length > 0 && size > 0;
  };
  const pump = () => {
    isBusy = workOn(piece);
    if (isBusy) hand(piece, pump);
  };
  return {
    get waiting() {
      return waiting;
    },
    write: (bytes) => {
      if (queue.length === 0 && bytes.length <= most) {
        sink.write(bytes, began());
        return;
      }
      queue.push(bytes);
      waiting += bytes.length;
      if (!isBusy) pump();
    },
    afterwards: (work) => {
      if (queue.length === 0) work();
      else queue.push(work);
    },
    flush: () => {
      while (workOn(Infinity)) hand(Infinity, () => undefined);
    },
  };
};
