import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

class TimerAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #work: (this: SchedulerAction<T>, state?: T) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(work: (this: SchedulerAction<T>, state?: T) => void) {
    super();
    this.#work = work;
  }

  schedule(state?: T, delay = 0): Subscription {
    clearTimeout(this.#timer);
    if (!this.closed)
      this.#timer = setTimeout(() => {
        this.#work(state);
      }, delay);
    return this;
  }

  override unsubscribe(): void {
    clearTimeout(this.#timer);
    super.unsubscribe();
  }
}

/**
 * The timers of the event loop with a clock that never jumps: a wall clock that is set shortens or stretches no wait. By
 * hand, as a page would pay for the queue of the `asyncScheduler`, which nothing here needs.
 */
export const monotonicScheduler: SchedulerLike = {
  now: () => performance.now(),
  schedule: <T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T) =>
    new TimerAction(work).schedule(state, delay),
};
