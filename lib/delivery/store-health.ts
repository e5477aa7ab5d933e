import { BehaviorSubject, type Observable } from 'rxjs';
import type { StoreError } from '../errors.js';
import { storeFailure } from '../store/store-failure.js';

/** Keeps the error of the store, while there is one. */
export class StoreHealth {
  readonly #error$ = new BehaviorSubject<StoreError | undefined>(undefined);

  /** Emits why the store fails, `undefined` while it does not; the latest is replayed. */
  get error$(): Observable<StoreError | undefined> {
    return this.#error$.asObservable();
  }

  /** Records a failure and returns its error. Failures with the same code in a row are one. */
  fail(cause: unknown): StoreError {
    const error = storeFailure('of this unit', 'used', cause);
    if (this.#error$.value?.code !== error.code) this.#error$.next(error);
    return error;
  }

  /** Records that the store works. */
  succeed(): void {
    if (this.#error$.value !== undefined) this.#error$.next(undefined);
  }
}
