import { asapScheduler, Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

interface Entry {
  at: number;
  sequence: number;
  readonly line: TimeLine;
  readonly work: () => void;
  /** Set by code that runs there, and not by the world. */
  readonly isTimer: boolean;
  cancelled: boolean;
}

/** As in Node, where a longer timeout is none. */
const longestDelay = 2 ** 31 - 1;

const isBefore = (one: Entry, other: Entry): boolean =>
  one.at < other.at || (one.at === other.at && one.sequence < other.sequence);

/**
 * Virtual time in milliseconds: what is due is run in order, and time jumps from one to the next. RxJS's own
 * VirtualTimeScheduler sorts all that waits at each call; a heap does not.
 */
export class VirtualClock {
  readonly #heap: Entry[] = [];
  readonly #turn: Entry[] = [];
  #sequence = 0;
  /** How much was run so far. */
  steps = 0;
  now = 0;
  /** Whose code runs, or has just run. */
  line: TimeLine;
  readonly world: TimeLine;

  constructor() {
    this.world = this.line = new TimeLine(this, 0);
  }

  /** Runs it on the time line of the world. */
  at(time: number, work: () => void): void {
    this.push(Math.max(time, this.now), this.world, work);
  }

  push(at: number, line: TimeLine, work: () => void, isTimer = false): Entry {
    const entry: Entry = { at, sequence: this.#sequence++, line, work, isTimer, cancelled: false };
    this.#rise(entry);
    return entry;
  }

  /** At the end of the turn, like a microtask. */
  soon(line: TimeLine, work: () => void): Entry {
    const entry: Entry = { at: this.now, sequence: this.#sequence++, line, work, isTimer: true, cancelled: false };
    this.#turn.push(entry);
    return entry;
  }

  /** RxJS's `asapScheduler` follows this clock while `work` runs. */
  lead<T>(work: () => T): T {
    // The end of a turn is asked of this one object wherever it is used; nothing else runs before it is given back.
    asapScheduler.schedule = <S>(work: (this: SchedulerAction<S>, state?: S) => void, delay = 0, state?: S) =>
      delay > 0 ? this.line.schedule(work, delay, state) : new VirtualAction(this.line, work, true).schedule(state);
    try {
      return work();
    } finally {
      Reflect.deleteProperty(asapScheduler, 'schedule'); // its own is that of its class
    }
  }

  /** Runs what is due, in order, until there is nothing more or `isOver`. */
  run(isOver: () => boolean): void {
    this.endTurn();
    while (!isOver()) {
      const entry = this.#take();
      if (entry === undefined) return;
      if (entry.cancelled || entry.line.closed) continue;
      const { frozenUntil } = entry.line;
      if (frozenUntil > entry.at) {
        // Its number is a new one, so that what was due before comes before.
        entry.at = frozenUntil;
        entry.sequence = this.#sequence++;
        this.#rise(entry);
        continue;
      }
      this.now = entry.at;
      this.#run(entry);
      this.endTurn();
    }
  }

  /** Runs what waits for the end of the turn. */
  endTurn(): void {
    for (const entry of this.#turn) if (!entry.cancelled && !entry.line.closed) this.#run(entry);
    this.#turn.length = 0;
  }

  /** How many timers this line has. */
  pending(line: TimeLine): number {
    return this.#heap.filter((entry) => entry.line === line && entry.isTimer && !entry.cancelled).length;
  }

  #run(entry: Entry): void {
    this.steps++;
    entry.cancelled = true;
    this.line = entry.line;
    entry.work();
  }

  #rise(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #take(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) child++;
      const least = heap[child];
      if (least === undefined || !isBefore(least, last)) break;
      heap[index] = least;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

/** The time of one process, or of the world: it can end, and stand still, while that of the others goes on. */
export class TimeLine implements SchedulerLike {
  readonly clock: VirtualClock;
  readonly #origin: number;
  closed = false;
  /** Until then its timers wait: the process is stopped, or its event loop blocked. */
  frozenUntil = 0;

  constructor(clock: VirtualClock, origin: number) {
    this.clock = clock;
    this.#origin = origin;
  }

  now(): number {
    return this.clock.now - this.#origin;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    return new VirtualAction(this, work, false).schedule(state, delay);
  }
}

class VirtualAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #line: TimeLine;
  readonly #work: (this: SchedulerAction<T>, state?: T) => void;
  readonly #atEndOfTurn: boolean;
  #entry: Entry | undefined;

  constructor(line: TimeLine, work: (this: SchedulerAction<T>, state?: T) => void, atEndOfTurn: boolean) {
    super();
    this.#line = line;
    this.#work = work;
    this.#atEndOfTurn = atEndOfTurn;
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    if (this.#entry) this.#entry.cancelled = true;
    const { clock } = this.#line;
    const work = () => {
      this.#work(state);
    };
    this.#entry =
      this.#atEndOfTurn && !(delay > 0)
        ? clock.soon(this.#line, work)
        : clock.push(clock.now + (delay >= 1 && delay <= longestDelay ? delay : 1), this.#line, work, true);
    return this;
  }

  override unsubscribe(): void {
    if (this.#entry) this.#entry.cancelled = true;
    super.unsubscribe();
  }
}
