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
  /** Messages of an earlier run of this process that were not handled. */
  readonly restored: readonly unknown[];
  /** Appends a message; resolves with true once it is safe, with false if too much is not handled. */
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
  /** Called with errors that the queue goes on without. */
  readonly failed: (error: unknown) => void;
}
