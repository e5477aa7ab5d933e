import { LastStep } from './last-step.js';

/** The promise of the last step of a message: rejects with its cause if the step is a refusal. */
export class LastStepPromise<T extends { readonly cause?: unknown }> extends LastStep<T> {
  readonly promise: Promise<T>;
  readonly #isRefusal: (step: T) => boolean;
  #resolve: (last: T) => void = () => undefined;
  #reject: (cause: unknown) => void = () => undefined;

  constructor(isRefusal: (step: T) => boolean) {
    super();
    this.#isRefusal = isRefusal;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  protected override settle(last: T): void {
    if (this.#isRefusal(last)) this.#reject(last.cause);
    else this.#resolve(last);
  }
}
