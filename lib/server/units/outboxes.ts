import type { Delivery } from '../../delivery/outgoing-message.js';
import { Outbox, type OutboxOptions } from './outbox.js';
import type { LinkedSession } from './session.js';

/** The messages to all units; an outbox lives as long as its unit is connected or a message waits in it. */
export class Outboxes {
  readonly #options: OutboxOptions;
  readonly #outboxes = new Map<string, Outbox>();
  readonly #sessions = new Map<string, LinkedSession>();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Sends a message to a unit, now or when it connects to this process. */
  readonly send = (systemId: string, data: { readonly messageType: string }): Delivery =>
    this.#outboxOf(systemId).send(data);

  /** Takes the reply of a unit. */
  readonly reply = (systemId: string, txn: string, kind: 'ack' | 'nack', retryAfter: unknown): void => {
    const wait = typeof retryAfter === 'number' && Number.isFinite(retryAfter) ? retryAfter : 500;
    this.#outboxes.get(systemId)?.reply(kind === 'ack' ? { kind, txn } : { kind, txn, retryAfter: wait });
  };

  use(systemId: string, session: LinkedSession): void {
    this.#sessions.set(systemId, session);
    this.#outboxes.get(systemId)?.use(session);
  }

  /** Ends the use of a session, unless another one has taken its place. */
  leave(systemId: string, session: LinkedSession): void {
    if (this.#sessions.get(systemId) !== session) return;
    this.#sessions.delete(systemId);
    const outbox = this.#outboxes.get(systemId);
    outbox?.use(undefined);
    if (outbox?.isEmpty !== true) return;
    outbox.stop();
    this.#outboxes.delete(systemId);
  }

  stop(): void {
    for (const outbox of this.#outboxes.values()) outbox.stop();
    this.#outboxes.clear();
  }

  #outboxOf(systemId: string): Outbox {
    const known = this.#outboxes.get(systemId);
    if (known !== undefined) return known;
    const outbox = new Outbox(systemId, this.#options);
    this.#outboxes.set(systemId, outbox);
    outbox.use(this.#sessions.get(systemId));
    return outbox;
  }
}
