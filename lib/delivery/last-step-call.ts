import { LastStep } from './last-step.js';

/** Calls a function of the app with the last step of a message. What that throws is reported. */
export class LastStepCall<T> extends LastStep<T> {
  readonly #onSettled: (last: T) => void;
  readonly #onFailure: (error: unknown) => void;

  constructor(onSettled: (last: T) => void, onFailure: (error: unknown) => void) {
    super();
    this.#onSettled = onSettled;
    this.#onFailure = onFailure;
  }

  protected override settle(last: T): void {
    try {
      this.#onSettled(last);
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
