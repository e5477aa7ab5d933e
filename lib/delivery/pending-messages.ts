import type { Observable } from 'rxjs';
import { ExpiredError, ReplacedError, WithdrawnError, type StoppedError } from '../errors.js';
import type { MessageData, UnitData } from '../protocol/envelope.js';
import type { UnitMessageType } from '../protocol/message-types.js';
import type { StoredMessage } from '../store/types.js';
import { HeldMessages } from './held-messages.js';
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
  /** Emits each of these that was dropped. */
  readonly dropped$: Observable<OutgoingMessage>;
  /** Emits when the last message is settled. */
  readonly emptied$: Observable<unknown>;
  /** Drops what is left, but for what is kept on disk, which is only removed here. Returns all of it, in order. */
  readonly drain: (cause: StoppedError, isKept: (message: OutgoingMessage) => boolean) => readonly Delivery[];
  /** Makes a message of what was kept on disk, whatever the bounds, and adds it. Its order is below 0. */
  readonly restore: (stored: StoredMessage, order: number) => OutgoingMessage;
  /** Returns what is kept of a message on disk; `base` is added to its order. */
  readonly stored: (message: OutgoingMessage, base: number) => StoredMessage;
}

/** Holds the messages that are not settled yet, within bounds. */
export const pendingMessages = (options: PendingMessagesOptions): PendingMessages => {
  const { clock } = options;
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
  const held = new HeldMessages(bounds, options.onSize);

  const record: PendingMessages['record'] = (message, status, cause) => {
    if (status === 'requeued' && message.expiresAt < Infinity && message.expiresAt <= clock())
      drop(message, new ExpiredError(message.txn));
    else if (step(message, status, cause)) held.remove(message);
  };
  const expire = (message: OutgoingMessage) => {
    if (message.status !== 'sent' || message.settled) drop(message, new ExpiredError(message.txn));
  };

  const accept: PendingMessages['accept'] = (data, sendOptions) => {
    const message = factory.make(data, sendOptions);
    const older = held.replacedBy(message);
    const rule = sendOptions?.overflow ?? options.overflow(data.messageType as UnitMessageType);
    const full = bounds.makeRoom(message, older);
    if (full) {
      if (rule !== 'drop-newest') throw full;
      step(message, 'dropped', full);
      return message;
    }
    if (older) drop(older, new ReplacedError(older.txn, message.txn));
    held.add(message, sendOptions?.signal);
    held.allowReplacement(message);
    if (rule === 'drop-oldest') bounds.allowEviction(message);
    return message;
  };

  return {
    accept,
    record,
    expire,
    size: () => bounds.count,
    hasRoom: () => bounds.hasRoom,
    settled$: held.settled$,
    dropped$: held.dropped$,
    emptied$: held.emptied$,
    drain: (cause, isKept) => {
      const left = held.takeAll();
      for (const message of left)
        if (step(message, isKept(message) ? 'requeued' : 'dropped', cause)) held.remove(message);
      return left;
    },
    restore: (stored, order) => {
      const message = factory.restore(stored, order);
      held.add(message);
      if (message.expiresAt <= clock()) expire(message);
      return message;
    },
    stored: factory.store,
  };
};

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
