import type { Delivery } from '../../delivery/outgoing-message.js';
import type { Socket } from '../../transport/types.js';
import { Outbox, type OutboxOptions, socketOf } from './outbox.js';
import type { LinkedSession } from './session.js';

/** The messages to all units; an outbox lives as long as its unit is connected or a message waits in it. */
export class Outboxes {
  /** Called with a unit that is not connected here, when a message for it waits. */
  wanted: (systemId: string) => void = () => undefined;
  /** Called with a unit for which nothing waits any more. */
  unwanted: (systemId: string) => void = () => undefined;
  readonly #options: Omit<OutboxOptions, 'emptied'>;
  readonly #outboxes = new Map<string, Outbox>();
  readonly #sessions = new Map<string, LinkedSession>();

  constructor(options: Omit<OutboxOptions, 'emptied'>) {
    this.#options = options;
  }

  /** Sends a message to a unit, now or when it connects. */
  readonly send = (systemId: string, data: { readonly messageType: string }): Delivery =>
    this.#outboxOf(systemId).send(data);

  /** Takes the reply of a unit. */
  readonly reply = (systemId: string, txn: string, kind: 'ack' | 'nack', retryAfter: unknown): void => {
    const wait = typeof retryAfter === 'number' && Number.isFinite(retryAfter) ? retryAfter : 500;
    this.#outboxes.get(systemId)?.reply(kind === 'ack' ? { kind, txn } : { kind, txn, retryAfter: wait });
  };

  /** True if messages for the unit wait, or it is connected here and had some. */
  has(systemId: string): boolean {
    return this.#outboxes.has(systemId);
  }

  /** Returns the units that messages wait for and that are not connected here. */
  waiting(): readonly string[] {
    return [...this.#outboxes.keys()].filter((systemId) => !this.#sessions.has(systemId));
  }

  use(systemId: string, session: LinkedSession): void {
    this.#sessions.set(systemId, session);
    this.#outboxes.get(systemId)?.use(socketOf(session));
  }

  /** Uses the session that a unit has on another server, or none. */
  useRemote(systemId: string, socket: Socket | undefined): void {
    this.#sessions.delete(systemId);
    this.#outboxes.get(systemId)?.use(socket);
  }

  /** Ends the use of a session, unless another one has taken its place. */
  leave(systemId: string, session: LinkedSession): void {
    if (this.#sessions.get(systemId) !== session) return;
    this.#sessions.delete(systemId);
    const outbox = this.#outboxes.get(systemId);
    outbox?.use(undefined);
    if (outbox?.isEmpty === false) this.wanted(systemId);
    else this.#drop(systemId);
  }

  stop(): void {
    for (const outbox of this.#outboxes.values()) outbox.stop();
    this.#outboxes.clear();
  }

  #outboxOf(systemId: string): Outbox {
    const known = this.#outboxes.get(systemId);
    if (known !== undefined) return known;
    const emptied = (): void => {
      // The outbox is in the middle of its work.
      queueMicrotask(() => {
        if (this.#outboxes.get(systemId)?.isEmpty === true && !this.#sessions.has(systemId)) this.#drop(systemId);
      });
    };
    const outbox = new Outbox(systemId, { ...this.#options, emptied });
    this.#outboxes.set(systemId, outbox);
    const session = this.#sessions.get(systemId);
    if (session === undefined) this.wanted(systemId);
    else outbox.use(socketOf(session));
    return outbox;
  }

  #drop(systemId: string): void {
    this.#outboxes.get(systemId)?.stop();
    this.#outboxes.delete(systemId);
    this.unwanted(systemId);
  }
}
