import { catchError, concat, defer, EMPTY, from, ignoreElements, map, type Observable } from 'rxjs';
import { SlidingMap } from '../collections/sliding-map.js';
import type { AnyStore, StoredMessage } from '../store/types.js';
import type { OutgoingMessage } from './outgoing-message.js';
import type { StoreHealth } from './store-health.js';

/** The messages of the unit that are in the store. */
export class KeptMessages {
  readonly #store: AnyStore;
  readonly #health: StoreHealth;
  #orders = new SlidingMap<number, true>();
  #writing: readonly OutgoingMessage[] = [];
  #settled: number[] = []; // the orders of what is not removed yet
  #base: number | undefined; // added to the order of a message: its order in the store, while that is open

  constructor(store: AnyStore, health: StoreHealth) {
    this.#store = store;
    this.#health = health;
  }

  get isOpen(): boolean {
    return this.#base !== undefined;
  }

  has({ order }: OutgoingMessage): boolean {
    return this.#orders.get(order) !== undefined;
  }

  /** Opens the store and emits what it has; `restore` makes a message of each. */
  open(restore: (stored: StoredMessage, order: number) => OutgoingMessage): Observable<readonly OutgoingMessage[]> {
    return defer(() => this.#store.open()).pipe(
      map((stored) => {
        const base = (stored.at(-1)?.order ?? -1) + 1;
        this.#base = base;
        const restored = stored.map((message) => {
          this.#orders.add(message.order - base, true);
          return restore(message, message.order - base);
        });
        this.#health.succeed();
        const damage = this.#store.damage?.();
        if (damage) this.#health.fail(damage);
        return restored;
      }),
    );
  }

  /** Writes messages; completes once they are on disk, and fails as the store does. */
  put(
    messages: readonly OutgoingMessage[],
    toStored: (message: OutgoingMessage, base: number) => StoredMessage,
  ): Observable<never> {
    if (messages.length === 0) return EMPTY;
    this.#writing = messages;
    const done$ = defer(() => {
      this.#health.succeed();
      for (const { order } of messages) this.#orders.add(order, true);
      this.#writing = [];
      return EMPTY;
    });
    return concat(
      defer(() => this.#store.put(messages.map((message) => toStored(message, this.#base ?? 0)))).pipe(
        ignoreElements(),
        catchError((cause: unknown) => {
          this.#writing = [];
          throw cause;
        }),
      ),
      done$,
    );
  }

  /** Marks a settled message for removal; false if the store does not have it. */
  settle({ order }: OutgoingMessage): boolean {
    const isKept = this.#orders.delete(order);
    if (isKept) this.#settled.push(order);
    return isKept;
  }

  /** Removes what is marked; what fails to be removed stays marked. Never fails. */
  remove(): Observable<never> {
    return defer(() => {
      const orders = this.#settled;
      this.#settled = [];
      return defer(() => this.#store.remove(orders.map((order) => order + (this.#base ?? 0)))).pipe(
        ignoreElements(),
        catchError((cause: unknown) => {
          this.#settled.push(...orders);
          this.#health.fail(cause);
          return EMPTY;
        }),
      );
    });
  }

  /** Removes what is marked and what is being written, and closes the store. Never fails. */
  close(): Observable<never> {
    return defer(() => {
      this.#settled.push(...this.#writing.map(({ order }) => order));
      return concat(this.isOpen && this.#settled.length > 0 ? this.remove() : EMPTY, this.#end());
    });
  }

  #end(): Observable<never> {
    return defer(() => {
      [this.#base, this.#settled, this.#writing, this.#orders] = [undefined, [], [], new SlidingMap()];
      return from(this.#store.close()).pipe(ignoreElements());
    }).pipe(
      catchError((cause: unknown) => {
        this.#health.fail(cause);
        return EMPTY;
      }),
    );
  }
}
