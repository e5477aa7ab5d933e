import type { StepListener } from './step-listeners.js';

/** The promise of the last step of a message: rejects with its cause if the step is a refusal. */
export class LastStep<T extends { readonly cause?: unknown }> implements StepListener<T> {
  readonly closed = false;
  readonly promise: Promise<T>;
  readonly #isRefusal: (step: T) => boolean;
  #last: T | undefined;
  #resolve: (last: T) => void = () => undefined;
  #reject: (cause: unknown) => void = () => undefined;

  constructor(isRefusal: (step: T) => boolean) {
    this.#isRefusal = isRefusal;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  next(step: T): void {
    this.#last = step;
  }

  complete(): void {
    const last = this.#last;
    if (last === undefined) return;
    if (this.#isRefusal(last)) this.#reject(last.cause);
    else this.#resolve(last);
  }
}
