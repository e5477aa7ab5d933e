/** The way in which a session stops reading: `deaf` ones still send pings, `silent` ones send nothing. */
export type Pause = 'deaf' | 'silent';

/** The reading side of a session: frames are handled at once, held while it is paused, and dropped after its end. */
export class Reading {
  #state: 'answering' | Pause | 'ended' = 'answering';
  #held: (() => void)[] = [];

  get isAnswering(): boolean {
    return this.#state === 'answering';
  }

  /** True if the session may send pings. */
  get sendsPings(): boolean {
    return this.#state === 'answering' || this.#state === 'deaf';
  }

  /** Handles a frame, now or when it reads again. */
  whenRead(handle: () => void): void {
    if (this.#state === 'answering') handle();
    else if (this.#state !== 'ended') this.#held.push(handle);
  }

  /** Stops reading; returns false after the end. */
  pause(how: Pause): boolean {
    if (this.#state === 'ended') return false;
    this.#state = how;
    return true;
  }

  /** Reads again, what was held first; returns false if it was not paused. */
  resume(restart: () => void = () => undefined): boolean {
    if (this.#state !== 'deaf' && this.#state !== 'silent') return false;
    this.#state = 'answering';
    restart();
    for (const handle of this.#held.splice(0)) this.whenRead(handle);
    return true;
  }

  /** Drops what is held and what comes. */
  end(): void {
    this.#state = 'ended';
    this.#held = [];
  }
}
