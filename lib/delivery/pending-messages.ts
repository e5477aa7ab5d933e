import { Subject, type Observable } from 'rxjs';
import { Backlog } from '../collections/backlog.js';
import { ExpiredError, ReplacedError, WithdrawnError, type StoppedError } from '../errors.js';
import type { MessageData, UnitData } from '../protocol/envelope.js';
import type { UnitMessageType } from '../protocol/message-types.js';
import type { StoredMessage } from '../store/types.js';
import { messageFactory, type MessageFactoryOptions } from './message-factory.js';
import type { Delivery, DeliveryStatus, OutgoingMessage } from './outgoing-message.js';
import { QueueBounds, type QueueBoundsOptions } from './queue-bounds.js';
import type { Overflow, SendOptions } from './send-options.js';

/** Callbacks of {@link pendingMessages}; default: none. */
export interface PendingMessagesObserver {
  /** Called with each step that a message takes. */
  readonly onStep?: (message: OutgoingMessage, status: DeliveryStatus, cause?: unknown) => void;
  /** Called with the number of undelivered messages, whenever that changes. */
  readonly onSize?: (size: number) => void;
}

/** Options of {@link pendingMessages}. */
export interface PendingMessagesOptions
  extends PendingMessagesObserver, QueueBoundsOptions, Omit<MessageFactoryOptions, 'withdraw'> {
  /** Returns what happens to a message of this type that finds the queue full. */
  readonly overflow: (type: UnitMessageType) => Overflow;
}

/** The messages that were accepted and are not settled yet. */
export interface PendingMessages {
  /** Makes a message and adds it, unless it comes back settled: dropped because there was no room. */
  readonly accept: (data: UnitData | MessageData, options?: SendOptions) => OutgoingMessage;
  /** Records a step of a message, and removes it if that settles it. */
  readonly record: (message: OutgoingMessage, status: DeliveryStatus, cause?: unknown) => void;
  /** Drops a message whose last moment has come, unless it is on the wire. */
  readonly expire: (message: OutgoingMessage) => void;
  readonly size: () => number;
  /** True if there is room for a message, also for the last one that found none. */
  readonly hasRoom: () => boolean;
  /** Emits each message that is settled. */
  readonly settled$: Observable<OutgoingMessage>;
  /** Drops what is left, but for what is kept on disk, which is only removed here. Returns all of it, in order. */
  readonly drain: (cause: StoppedError, isKept: (message: OutgoingMessage) => boolean) => readonly Delivery[];
  /** Makes a message of what was kept on disk, whatever the bounds, and adds it. Its order is below 0. */
  readonly restore: (stored: StoredMessage, order: number) => OutgoingMessage;
  /** Returns what is kept of a message on disk; `base` is added to its order. */
  readonly stored: (message: OutgoingMessage, base: number) => StoredMessage;
}

/** Holds the messages that are not settled yet, within bounds. */
export const pendingMessages = (options: PendingMessagesOptions): PendingMessages => {
  const { clock, onSize } = options;
  const held = new Backlog<OutgoingMessage>();
  const unsent = new UnsentByKey();
  const signals = new AbortSignals();
  const settled$ = new Subject<OutgoingMessage>();
  const step = stepsReportedTo(options.onStep);

  const drop = (message: OutgoingMessage, cause: unknown) => {
    record(message, 'dropped', cause);
  };
  const withdraw = (message: OutgoingMessage): boolean => {
    if (message.settled || message.mayBeSent) return false;
    drop(message, new WithdrawnError(message.txn));
    return true;
  };
  const factory = messageFactory({ ...options, withdraw });
  const bounds = new QueueBounds(options, drop);

  const add = (message: OutgoingMessage) => {
    held.push(message);
    bounds.add(message);
    onSize?.(bounds.count);
  };
  const remove = (message: OutgoingMessage) => {
    held.peek(); // removes it, if it is the first
    bounds.remove(message);
    unsent.remove(message);
    signals.remove(message);
    onSize?.(bounds.count);
    settled$.next(message);
  };
  const record: PendingMessages['record'] = (message, status, cause) => {
    if (status === 'requeued' && message.expiresAt < Infinity && message.expiresAt <= clock())
      drop(message, new ExpiredError(message.txn));
    else if (step(message, status, cause)) remove(message);
  };
  const expire = (message: OutgoingMessage) => {
    if (message.status !== 'sent' || message.settled) drop(message, new ExpiredError(message.txn));
  };

  return {
    accept: (data, sendOptions) => {
      const message = factory.make(data, sendOptions);
      const older = unsent.replacedBy(message);
      const rule = sendOptions?.overflow ?? options.overflow(data.messageType as UnitMessageType);
      const full = bounds.makeRoom(message, older);
      if (full) {
        if (rule !== 'drop-newest') throw full;
        step(message, 'dropped', full);
        return message;
      }
      if (older) drop(older, new ReplacedError(older.txn, message.txn));
      add(message);
      unsent.add(message);
      if (rule === 'drop-oldest') bounds.allowEviction(message);
      if (sendOptions?.signal) signals.add(message, sendOptions.signal);
      return message;
    },
    record,
    expire,
    size: () => bounds.count,
    hasRoom: () => bounds.hasRoom,
    settled$: settled$.asObservable(),
    drain: (cause, isKept) => {
      const left: OutgoingMessage[] = [];
      for (let message = held.shift(); message !== undefined; message = held.shift()) left.push(message);
      left.sort((one, other) => one.order - other.order);
      for (const message of left) if (step(message, isKept(message) ? 'requeued' : 'dropped', cause)) remove(message);
      return left;
    },
    restore: (stored, order) => {
      const message = factory.restore(stored, order);
      add(message);
      if (message.expiresAt <= clock()) expire(message);
      return message;
    },
    stored: factory.store,
  };
};

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

type Step = (message: OutgoingMessage, status: DeliveryStatus, cause?: unknown) => boolean;

/** Records a step; true if it was the last. A message that is settled takes none, and nothing is called. */
const stepsReportedTo = (onStep: PendingMessagesObserver['onStep']): Step =>
  onStep === undefined
    ? (message, status, cause) => message.record(status, cause)
    : (message, status, cause) => {
        if (message.final) return false;
        const isLast = message.record(status, cause);
        onStep(message, status, cause);
        return isLast;
      };
