import { randomUUID } from 'node:crypto';
import { asyncScheduler, BehaviorSubject, EMPTY, Subject, type Subscription } from 'rxjs';
import { deliver } from '../../delivery/deliver.js';
import { type Delivery, OutgoingMessage } from '../../delivery/outgoing-message.js';
import { ConnectionLostError, QueueFullError, StoppedError } from '../../errors.js';
import type { Reply } from '../../operators/ack-timeout.js';
import type { Socket } from '../../transport/types.js';
import { writeMessage } from './envelope.js';
import type { LinkedSession } from './session.js';

/** Bounds and times of the messages to a unit; times in milliseconds. */
export interface OutboxOptions {
  /** The most bytes that wait for one unit. */
  readonly maxQueued: number;
  readonly ackTimeout: number;
  readonly maxRetries: number;
  /** Called when no message waits any more. */
  readonly emptied: () => void;
}

/** The messages to one unit, each delivered at least once while this process lives. */
export class Outbox {
  readonly #systemId: string;
  readonly #options: OutboxOptions;
  readonly #socket$ = new BehaviorSubject<Socket | undefined>(undefined);
  readonly #reply$ = new Subject<Reply>();
  readonly #accepted$ = new Subject<OutgoingMessage>();
  readonly #waiting = new Set<OutgoingMessage>();
  readonly #delivery: Subscription;
  #bytes = 0;
  #order = 0;

  constructor(systemId: string, options: OutboxOptions) {
    this.#systemId = systemId;
    this.#options = options;
    this.#delivery = this.#accepted$
      .pipe(
        deliver<OutgoingMessage>({
          ...{ socket$: this.#socket$, reply$: this.#reply$, maxInFlight: 64, scheduler: asyncScheduler },
          ...{ ackTimeout: options.ackTimeout, maxRetries: options.maxRetries },
          lostCause: () => new ConnectionLostError('the unit', 1006),
          onSilence: () => undefined,
        }),
      )
      .subscribe({
        next: ({ message, status, cause }) => {
          if (message.record(status, cause)) this.#settle(message);
        },
        error: (cause: unknown) => {
          this.#dropAll(cause);
        },
      });
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Accepts a message; throws QueueFullError if too much waits. */
  send(data: { readonly messageType: string }): Delivery {
    const txn = randomUUID();
    const text = writeMessage(this.#systemId, txn, data);
    const size = Buffer.byteLength(text);
    const { maxQueued } = this.#options;
    if (this.#bytes + size > maxQueued) throw new QueueFullError(`${maxQueued} bytes for one unit`);
    const message = new OutgoingMessage(txn, data.messageType, ++this.#order, text, size, true);
    this.#bytes += size;
    this.#waiting.add(message);
    this.#accepted$.next(message);
    return message;
  }

  /** Uses a session of the unit from now on, or none. */
  use(socket: Socket | undefined): void {
    this.#socket$.next(socket);
  }

  reply(reply: Reply): void {
    this.#reply$.next(reply);
  }

  /** Drops what waits. */
  stop(): void {
    this.#delivery.unsubscribe();
    this.#dropAll(new StoppedError());
  }

  #dropAll(cause: unknown): void {
    for (const message of this.#waiting) message.record('dropped', cause);
    this.#waiting.clear();
  }

  #settle(message: OutgoingMessage): void {
    if (this.#waiting.delete(message)) this.#bytes -= message.size;
    if (this.isEmpty) this.#options.emptied();
  }
}

/** A session as the pipeline of delivery knows a socket; what is received is read elsewhere. */
export const socketOf = (session: LinkedSession): Socket => {
  const activity$ = new Subject<'ping' | 'pong' | 'bytes'>();
  session.watch((kind) => {
    activity$.next(kind);
  });
  return {
    url: '',
    frame$: EMPTY,
    activity$,
    drain$: activity$,
    get bufferedAmount() {
      return session.bufferedAmount();
    },
    send: (frame) => {
      session.sendFrame(frame, true);
    },
    ping: () => {
      session.ping(1);
    },
    abandon: session.reset,
  };
};
