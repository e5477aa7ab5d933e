/** A figure as people write it. */
export const figure = (number: number): string => Math.round(number).toLocaleString('en');

/** Tells on stderr how far it is, how fast it goes and how much time is left. */
export class Progress {
  readonly #all: number;
  readonly #begun = performance.now();
  #toldAt = -Infinity;
  done = 0;

  constructor(all: number) {
    this.#all = all;
  }

  /** Runs a second. */
  get rate(): number {
    return this.done / ((performance.now() - this.#begun) / 1000);
  }

  add(count: number): void {
    this.done += count;
    const now = performance.now();
    // A terminal is written over; a log should not get too long.
    if (now - this.#toldAt < (process.stderr.isTTY ? 200 : 20_000)) return;
    this.#toldAt = now;
    const left = Math.ceil((this.#all - this.done) / this.rate);
    const line = `${figure(this.done)} of ${figure(this.#all)} runs, ${figure(this.rate)} a second, ${figure(left)} s left`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}\x1b[K` : `${line}\n`);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}
