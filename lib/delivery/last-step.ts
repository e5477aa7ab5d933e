import type { StepListener } from './step-listeners.js';

/** Waits for the last step of a message, and passes over those before. */
export abstract class LastStep<T> implements StepListener<T> {
  readonly closed = false;
  readonly isForLast = true;
  #last: T | undefined;

  next(step: T): void {
    this.#last = step;
  }

  complete(): void {
    const last = this.#last;
    if (last !== undefined) this.settle(last);
  }

  protected abstract settle(last: T): void;
}
