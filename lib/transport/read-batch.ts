/**
 * Keeps what is sent while one read is worked on, and writes it together: the acks for a hundred messages that came at once
 * are one chunk and one call of the system.
 */
export class ReadBatch {
  readonly #write: (frames: readonly string[]) => void;
  #isReading = false;
  #kept: string[] = [];
  #waiting = 0;

  constructor(write: (frames: readonly string[]) => void) {
    this.#write = write;
  }

  /** The number of characters that are kept. */
  get waiting(): number {
    return this.#waiting;
  }

  /** A read begins: what is sent from now on is kept. */
  begin(): void {
    this.#isReading = true;
  }

  /** Writes what was kept; what is sent from now on is written at once. */
  end(): void {
    this.#isReading = false;
    this.flush();
  }

  /** Writes what was kept so far, before something else is written. */
  flush(): void {
    if (this.#kept.length === 0) return;
    const frames = this.#kept;
    this.#kept = [];
    this.#waiting = 0;
    this.#write(frames);
  }

  send(frames: readonly string[]): void {
    if (!this.#isReading) {
      this.#write(frames);
      return;
    }
    for (const frame of frames) {
      this.#kept.push(frame);
      this.#waiting += frame.length;
    }
  }
}
