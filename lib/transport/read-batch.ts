/** Keeps the frames that are sent while one read is worked on until its end. */
export interface ReadBatch {
  /** The number of characters that are kept. */
  readonly waiting: number;
  /** A read begins: what is sent from now on is kept. */
  readonly begin: () => void;
  /** Writes what was kept; what is sent from now on is written at once. */
  readonly end: () => void;
  /** Writes what was kept so far, before something else is written. */
  readonly flush: () => void;
  readonly send: (frames: readonly string[]) => void;
}

/**
 * Keeps what is sent while one read is worked on, and writes it together: the acks for a hundred messages that came at once
 * are one chunk and one call of the system.
 */
export const readBatch = (write: (frames: readonly string[]) => void): ReadBatch => {
  let isReading = false;
  let kept: string[] = [];
  let waiting = 0;

  const flush = () => {
    if (kept.length === 0) return;
    const frames = kept;
    kept = [];
    waiting = 0;
    write(frames);
  };
  return {
    get waiting() {
      return waiting;
    },
    begin: () => {
      isReading = true;
    },
    end: () => {
      isReading = false;
      flush();
    },
    flush,
    send: (frames) => {
      if (!isReading) {
        write(frames);
        return;
      }
      for (const frame of frames) {
        kept.push(frame);
        waiting += frame.length;
      }
    },
  };
};
