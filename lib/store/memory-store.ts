import { defer, of } from 'rxjs';
import type { AnyStore, StoredMessage } from './types.js';

/**
 * A store in the memory of the process: its content survives the unit, not the process. It answers at once, in the same
 * tick.
 *
 * @returns The store, for the option `store` of `connectUnit`.
 *
 * @example
 * ```ts
 * const store = memoryStore();
 * const unit = connectUnit({ …, store });
 * ```
 */
export const memoryStore = (): AnyStore => {
  const kept = new Map<number, StoredMessage>();
  return {
    open: () => defer(() => of([...kept.values()].sort((one, other) => one.order - other.order))),
    put: (messages) =>
      defer(() => {
        for (const message of messages) kept.set(message.order, message);
        return of(undefined);
      }),
    remove: (orders) =>
      defer(() => {
        for (const order of orders) kept.delete(order);
        return of(undefined);
      }),
    close: () => of(undefined),
  };
};
