import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

/** A clock that stands still but when it is told to go on. */
export interface VirtualClock extends SchedulerLike {
  /** Goes on to the next thing that is due, and does it; false when nothing is. */
  readonly step: () => boolean;
}

interface Due {
  readonly at: number;
  readonly run: () => void;
}

/** Begins at 0. Unlike RxJS's virtual time it does one thing at a time, so that promises settle in between. */
export const createVirtualClock = (): VirtualClock => {
  const queue: Due[] = [];
  let now = 0;

  const remove = (due: Due) => {
    const index = queue.indexOf(due);
    if (index >= 0) queue.splice(index, 1);
  };

  class Action<T> extends Subscription implements SchedulerAction<T> {
    readonly #work: (this: SchedulerAction<T>, state?: T) => void;
    #due: Due | undefined;

    constructor(work: (this: SchedulerAction<T>, state?: T) => void) {
      super(() => {
        if (this.#due) remove(this.#due);
      });
      this.#work = work;
    }

    schedule(state?: T, delay = 0): Subscription {
      if (this.closed) return this;
      if (this.#due) remove(this.#due);
      const due: Due = {
        at: now + Math.max(0, delay),
        run: () => {
          this.#due = undefined;
          if (!this.closed) this.#work(state);
        },
      };
      this.#due = due;
      const index = queue.findIndex(({ at }) => at > due.at);
      if (index < 0) queue.push(due);
      else queue.splice(index, 0, due);
      return this;
    }
  }

  return {
    now: () => now,
    schedule: <T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T) =>
      new Action(work).schedule(state, delay),
    step: () => {
      const due = queue.shift();
      if (due === undefined) return false;
      now = due.at;
      due.run();
      return true;
    },
  };
};
