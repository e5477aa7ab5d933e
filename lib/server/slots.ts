import type { DashboardData } from '../protocol/subscription/messages.js';
import type { LiveSubscription } from './subscription.js';

/** A place for one subscription, from its subscribe on. */
export interface Slot {
  readonly request: DashboardData<'subscribe'>;
  /** The params that `authorize` allowed; those of the request until then. */
  params: unknown;
  /** Gives back its place among those of the identity. */
  readonly free: () => void;
  /** Gives back its topic, from the moment on at which it uses one. */
  release: () => void;
  /** Undefined until the subscribe is answered. */
  live: LiveSubscription | undefined;
}

/** The subscriptions of one connection, by `subId`. */
export class Slots {
  readonly #slots = new Map<string, Slot>();

  get size(): number {
    return this.#slots.size;
  }

  get(subId: string): Slot | undefined {
    return this.#slots.get(subId);
  }

  all(): Iterable<Slot> {
    return this.#slots.values();
  }

  /** Returns the subscriptions of a topic. */
  of(topic: string): Slot[] {
    return [...this.#slots.values()].filter(({ request }) => request.topic === topic);
  }

  put(slot: Slot): void {
    this.#slots.set(slot.request.subId, slot);
  }

  /** Closes the subscription of a slot, and frees its place unless another one took it. */
  drop(slot: Slot): void {
    slot.live?.close();
    slot.live = undefined;
    slot.release();
    slot.release = () => undefined;
    if (this.#slots.get(slot.request.subId) !== slot) return;
    this.#slots.delete(slot.request.subId);
    slot.free();
  }
}
