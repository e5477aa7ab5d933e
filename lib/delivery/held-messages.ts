import type { Observable } from 'rxjs';
import { Backlog } from '../collections/backlog.js';
import { Relay } from '../operators/relay.js';
import type { OutgoingMessage } from './outgoing-message.js';
import type { QueueBounds } from './queue-bounds.js';

/** The messages that are not settled, by order, by `coalesceKey` and by signal. */
export class HeldMessages {
  readonly bounds: QueueBounds;
  readonly #inOrder = new Backlog<OutgoingMessage>();
  readonly #unsent = new UnsentByKey();
  readonly #signals = new AbortSignals();
  readonly #settled = new Relay<OutgoingMessage>();
  readonly #dropped = new Relay<OutgoingMessage>();
  readonly #emptied = new Relay<undefined>();
  readonly #onSize: ((size: number) => void) | undefined;

  constructor(bounds: QueueBounds, onSize: ((size: number) => void) | undefined) {
    this.bounds = bounds;
    this.#onSize = onSize;
  }

  /** Emits each message that is removed. */
  get settled$(): Observable<OutgoingMessage> {
    return this.#settled.value$;
  }

  /** Emits each of these that was dropped: a filter for each who asks would cost every ack something. */
  get dropped$(): Observable<OutgoingMessage> {
    return this.#dropped.value$;
  }

  /** Emits when the last is removed; for the same reason. */
  get emptied$(): Observable<unknown> {
    return this.#emptied.value$;
  }

  /** Returns the message with the same key, if it was not sent yet. */
  replacedBy(message: OutgoingMessage): OutgoingMessage | undefined {
    return this.#unsent.replacedBy(message);
  }

  /** Adds a message; a signal that is aborted withdraws it. */
  add(message: OutgoingMessage, signal?: AbortSignal): void {
    this.#inOrder.push(message);
    this.bounds.add(message);
    this.#onSize?.(this.bounds.count);
    if (signal) this.#signals.add(message, signal);
  }

  /** Lets a newer message with the same key replace this one. */
  allowReplacement(message: OutgoingMessage): void {
    this.#unsent.add(message);
  }

  /** Removes a message that is settled. */
  remove(message: OutgoingMessage): void {
    this.#inOrder.peek(); // removes it, if it is the first
    this.bounds.remove(message);
    this.#unsent.remove(message);
    this.#signals.remove(message);
    this.#onSize?.(this.bounds.count);
    this.#settled.next(message);
    if (message.status === 'dropped') this.#dropped.next(message);
    if (this.bounds.count === 0) this.#emptied.next(undefined);
  }

  /** Takes all messages, in their order. */
  takeAll(): readonly OutgoingMessage[] {
    const all: OutgoingMessage[] = [];
    for (let message = this.#inOrder.shift(); message !== undefined; message = this.#inOrder.shift()) all.push(message);
    return all.sort((one, other) => one.order - other.order);
  }
}

/** The messages with a `coalesceKey`, the newest of each. */
class UnsentByKey {
  readonly #byKey = new Map<string, OutgoingMessage>();

  /** Returns the message with the same key, if it was not sent yet. */
  replacedBy({ coalesceKey }: OutgoingMessage): OutgoingMessage | undefined {
    const older = coalesceKey === undefined ? undefined : this.#byKey.get(coalesceKey);
    return older?.transmissions === 0 ? older : undefined;
  }

  add(message: OutgoingMessage): void {
    if (message.coalesceKey !== undefined) this.#byKey.set(message.coalesceKey, message);
  }

  remove(message: OutgoingMessage): void {
    const { coalesceKey } = message;
    if (coalesceKey !== undefined && this.#byKey.get(coalesceKey) === message) this.#byKey.delete(coalesceKey);
  }
}

/** The signals of messages; one that is aborted withdraws its message. */
class AbortSignals {
  readonly #removals = new Map<OutgoingMessage, () => void>();

  add(message: OutgoingMessage, signal: AbortSignal): void {
    const onAbort = () => message.withdraw();
    signal.addEventListener('abort', onAbort);
    this.#removals.set(message, () => {
      signal.removeEventListener('abort', onAbort);
    });
  }

  remove(message: OutgoingMessage): void {
    if (this.#removals.size === 0) return;
    this.#removals.get(message)?.();
    this.#removals.delete(message);
  }
}
