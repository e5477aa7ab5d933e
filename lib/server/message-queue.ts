import type { Observable } from 'rxjs';

/** A message that is in a queue and not handled. */
export interface QueuedMessage {
  /** The message as it was appended. */
  readonly value: unknown;
  /** Marks it as handled. */
  readonly done: () => void;
}

/** Messages that are kept until they are handled. */
export interface MessageQueue {
  /**
   * Appends a message, unless one of this name was appended before; resolves with true once it is safe, with false if too much is
   * not handled.
   */
  append(value: unknown): Promise<boolean>;
  /** Emits what is not handled, then what comes; for one subscriber at a time. */
  readonly message$: Observable<QueuedMessage>;
  /** Writes down what is handled. */
  close(): Promise<void>;
}

/** Options of {@link MessageQueue}. */
export interface MessageQueueOptions {
  /** The most bytes of messages that are not handled. */
  readonly maxUnhandled: number;
  /** Returns the name of a message, the same each time that it comes; at most 100 characters. */
  readonly nameOf: (value: unknown) => string;
  /** Called with errors that the queue goes on without. */
  readonly failed: (error: unknown) => void;
}
