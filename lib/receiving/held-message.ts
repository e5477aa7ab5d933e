import type { CloudMessage } from '../protocol/envelope.js';
import type { CloudMessageType } from '../protocol/message-types.js';

/** A function that handles the messages of one type. */
export interface Handler {
  readonly type: CloudMessageType;
  /** The time of the ack: `before` or `after` the handler has ended. */
  readonly ack: 'before' | 'after';
  readonly work: (message: CloudMessage) => unknown;
}

/** A message with the handlers that have not ended. */
export class HeldMessage {
  readonly message: CloudMessage;
  /** In bytes. */
  readonly size: number;
  readonly #done: (isDone: boolean) => void;
  #running: number;
  #unacked: number;
  #failed = false;

  constructor(message: CloudMessage, size: number, handlers: readonly Handler[], done: (isDone: boolean) => void) {
    this.message = message;
    this.size = size;
    this.#done = done;
    this.#running = handlers.length;
    this.#unacked = 0;
    for (const { ack } of handlers) if (ack === 'after') this.#unacked++;
  }

  get type(): CloudMessageType {
    return this.message.data.messageType;
  }

  /** `after` as long as the ack waits for a handler. */
  get ack(): 'before' | 'after' {
    return this.#unacked > 0 ? 'after' : 'before';
  }

  /** Counts a handler that has ended. Returns true for the last one. */
  end({ ack }: Handler, isDone: boolean): boolean {
    if (ack === 'after') {
      this.#unacked--;
      if (!isDone) this.#failed = true;
      if (this.#unacked === 0) this.#done(!this.#failed);
    }
    return --this.#running === 0;
  }

  /** Gives the message up: it is not acked if its ack still waits for a handler, however that ends. */
  abandon(): void {
    if (this.#unacked > 0) this.#done(false);
    this.#unacked = 0;
  }
}
