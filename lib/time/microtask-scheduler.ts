import { asyncScheduler, Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

class MicrotaskAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #work: (this: SchedulerAction<T>, state?: T) => void;

  constructor(work: (this: SchedulerAction<T>, state?: T) => void) {
    super();
    this.#work = work;
  }

  schedule(state?: T, delay = 0): Subscription {
    if (delay > 0) this.add(asyncScheduler.schedule(() => this.schedule(state), delay));
    else
      queueMicrotask(() => {
        if (!this.closed) this.#work(state);
      });
    return this;
  }
}

/**
 * Runs what has no delay at the end of the tick. So does the `asapScheduler`, whose queue, timer and bookkeeping cost a
 * lone message a twentieth of its way to the ack; but that one follows virtual time, and this one does not.
 */
export const microtaskScheduler: SchedulerLike = {
  now: () => performance.now(),
  schedule: <T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T) =>
    new MicrotaskAction(work).schedule(state, delay),
};
