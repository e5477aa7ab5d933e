import { asapScheduler, Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';
import type { PipeClock } from './pipe.js';
import { TimerHeap, type Timed } from './timer-heap.js';

/** Work that is due at a time on a {@link TimeLine}. */
export interface VirtualTimer extends Timed {
  readonly line: TimeLine;
  readonly work: () => void;
  /** True if it was set by code that runs on the line, false if by the world around it. */
  readonly isTimer: boolean;
  /** Set to true to cancel it. */
  cancelled: boolean;
}

/** As in Node, which runs a longer timeout at once. */
const maxDelay = 2 ** 31 - 1;

/**
 * Virtual time in milliseconds: what is due is run in order, and time jumps from one to the next. Unlike RxJS's
 * `VirtualTimeScheduler`, it does not sort all that waits at each call, runs one thing at a time so that promises can
 * settle in between, and has time lines that can end or stand still.
 */
export class VirtualClock {
  readonly #timers = new TimerHeap<VirtualTimer>();
  readonly #tick: VirtualTimer[] = [];
  #sequence = 0;
  /** The number of things that were run so far. */
  steps = 0;
  /** The time since the clock was made, in milliseconds. */
  now = 0;
  /** The line whose work runs, or ran last. */
  line: TimeLine;
  /** The line of everything that belongs to no other. */
  readonly world: TimeLine;

  constructor() {
    this.world = this.line = new TimeLine(this, 0);
  }

  /** The time of what is due next; undefined if there is nothing. */
  get next(): number | undefined {
    while (this.#timers.first?.cancelled === true) this.#timers.take();
    return this.#timers.first?.at;
  }

  /** Runs `work` at this time on the time line of the world. */
  at(time: number, work: () => void): VirtualTimer {
    return this.push(Math.max(time, this.now), this.world, work);
  }

  push(at: number, line: TimeLine, work: () => void, isTimer = false): VirtualTimer {
    const timer: VirtualTimer = { at, sequence: this.#sequence++, line, work, isTimer, cancelled: false };
    this.#timers.add(timer);
    return timer;
  }

  /** Runs `work` at the end of the tick, like a microtask. */
  soon(line: TimeLine, work: () => void): VirtualTimer {
    const timer = { at: this.now, sequence: this.#sequence++, line, work, isTimer: true, cancelled: false };
    this.#tick.push(timer);
    return timer;
  }

  /** Makes RxJS's `asapScheduler` follow this clock while `work` runs. */
  lead<T>(work: () => T): T {
    // The end of a tick is asked of this one object wherever it is used; nothing else runs before it is given back.
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
    this.endTick();
    while (!isOver() && this.step());
  }

  /** Goes on to what is due next, and runs it and its tick. Returns false if there is nothing. */
  step(): boolean {
    for (let timer = this.#timers.take(); timer !== undefined; timer = this.#timers.take()) {
      if (timer.cancelled || timer.line.closed || this.#isFrozen(timer)) continue;
      this.now = timer.at;
      this.#run(timer);
      this.endTick();
      return true;
    }
    return false;
  }

  /** Runs what waits for the end of the tick. */
  endTick(): void {
    for (const timer of this.#tick) if (!timer.cancelled && !timer.line.closed) this.#run(timer);
    this.#tick.length = 0;
  }

  /** Returns the number of timers of a line. */
  pending(line: TimeLine): number {
    return this.#timers.entries.filter((timer) => timer.line === line && timer.isTimer && !timer.cancelled).length;
  }

  /** Postpones what a line that stands still has to do. */
  #isFrozen(timer: VirtualTimer): boolean {
    const { frozenUntil } = timer.line;
    if (frozenUntil <= timer.at) return false;
    // Its number is a new one, so that what was due before comes before.
    timer.at = frozenUntil;
    timer.sequence = this.#sequence++;
    this.#timers.add(timer);
    return true;
  }

  #run(timer: VirtualTimer): void {
    this.steps++;
    timer.cancelled = true;
    this.line = timer.line;
    timer.work();
  }
}

/** The time of one process, or of the world: it can end or stand still while that of the others goes on. */
export class TimeLine implements SchedulerLike {
  readonly clock: VirtualClock;
  readonly #origin: number;
  /** True once the process has ended: nothing of it runs any more. */
  closed = false;
  /** The time until which its timers wait: the process is stopped, or its event loop blocked. */
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

/** Returns the clock of a pipe whose far end is on this line. */
export const clockOf = (line: TimeLine): PipeClock => ({
  now: () => line.clock.now,
  at: (time, work) => {
    line.clock.push(time, line, work);
  },
});

class VirtualAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #line: TimeLine;
  readonly #work: (this: SchedulerAction<T>, state?: T) => void;
  readonly #atEndOfTick: boolean;
  #timer: VirtualTimer | undefined;

  constructor(line: TimeLine, work: (this: SchedulerAction<T>, state?: T) => void, atEndOfTick: boolean) {
    super();
    this.#line = line;
    this.#work = work;
    this.#atEndOfTick = atEndOfTick;
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    if (this.#timer) this.#timer.cancelled = true;
    const { clock } = this.#line;
    const work = () => {
      this.#work(state);
    };
    this.#timer =
      this.#atEndOfTick && !(delay > 0)
        ? clock.soon(this.#line, work)
        : clock.push(clock.now + (delay >= 1 && delay <= maxDelay ? delay : 1), this.#line, work, true);
    return this;
  }

  override unsubscribe(): void {
    if (this.#timer) this.#timer.cancelled = true;
    super.unsubscribe();
  }
}
