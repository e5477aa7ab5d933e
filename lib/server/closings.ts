import { Timers } from './timers.js';

/** A connection that can be closed. */
export interface Closable {
  /** Ends it with a TCP reset. */
  readonly reset: () => void;
  /** Settles when it has ended. */
  readonly closed: Promise<void>;
}

/** Dependencies of {@link Closings}. */
export interface ClosingsOptions<C extends Closable> {
  /** Those that are open, which changes. */
  readonly open: ReadonlySet<C>;
  /** The times of the first and of the last closing, by `performance.now()`. */
  readonly from: number;
  readonly until: number;
  /** Begins to close one. */
  readonly close: (connection: C) => void;
  /** Called when none is open, perhaps more than once. */
  readonly done: () => void;
}

/** The time a connection has to close, in milliseconds; perhaps it is silent, and must not keep the others. */
const closeTimeout = 2000;
/** The wait for further connections while all that are open are closing, in milliseconds. */
const recheck = 100;

/** Closes connections one by one, evenly spread over a time. */
export class Closings<C extends Closable> {
  readonly #options: ClosingsOptions<C>;
  readonly #timers = new Timers();
  readonly #closing = new Set<C>();
  #left: Iterator<C>;

  constructor(options: ClosingsOptions<C>) {
    this.#options = options;
    // It also comes to those that are added.
    this.#left = options.open.values();
  }

  /** Goes on until none is open. */
  start(): void {
    const { open, from, until, done } = this.#options;
    if (open.size === 0) {
      done();
      return;
    }
    const now = performance.now();
    const count = open.size - this.#closing.size;
    const wait = count > 0 ? Math.max(0, until - Math.max(now, from)) / count : recheck;
    this.#timers.after(Math.max(0, from - now) + wait, () => {
      this.#closeNext();
      this.start();
    });
  }

  stop(): void {
    this.#timers.clear();
  }

  #closeNext(): void {
    const { open, close, done } = this.#options;
    let next = this.#left.next();
    while (next.done !== true && this.#closing.has(next.value)) next = this.#left.next();
    if (next.done === true) {
      this.#left = open.values();
      return;
    }
    const connection = next.value;
    this.#closing.add(connection);
    const cancel = this.#timers.after(closeTimeout, connection.reset);
    void connection.closed.then(() => {
      cancel();
      this.#closing.delete(connection);
      if (open.size === 0) done();
    });
    close(connection);
  }
}
