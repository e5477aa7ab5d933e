import { Subject, type Observable } from 'rxjs';
import {
  ExpiredError,
  MessageTooLargeError,
  QueueFullError,
  ReplacedError,
  WithdrawnError,
  type StoppedError,
} from '../errors.js';
import { Backlog } from '../collections/backlog.js';
import { PriorityQueue } from '../collections/priority-queue.js';
import { OutgoingMessage, type Delivery, type DeliveryStatus } from './outgoing-message.js';
import { wrapper } from '../protocol/codec.js';
import type { MessageData, UnitData } from '../protocol/envelope.js';
import type { UnitMessageType } from '../protocol/message-types.js';
import { writeMessage } from '../protocol/write-message.js';
import { writeOpenMessage } from '../protocol/write-open-message.js';
import { checkData, checkSendOptions, laneNumber, lanes, type Overflow, type SendOptions } from './send-options.js';
import type { StoredMessage } from '../store/types.js';

/** Who watches what becomes of the messages; default: nobody. */
export interface PendingMessagesObserver {
  /** Told of each step that a message takes. */
  readonly onStep?: (message: OutgoingMessage, status: DeliveryStatus, cause?: unknown) => void;
  /** Told how many messages are held, whenever that changes. */
  readonly onSize?: (size: number) => void;
}

/** Options of {@link pendingMessages}. */
export interface PendingMessagesOptions extends PendingMessagesObserver {
  readonly systemId: string;
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of the clock that a `ttl` is measured by. */
  readonly clock: () => number;
  /** How many messages may be undelivered. */
  readonly maxQueued: number;
  /** How many bytes the undelivered messages may have together. */
  readonly maxQueuedBytes: number;
  /** How many bytes one message may have. Default: as many as there is room for. */
  readonly maxMessageBytes?: number;
  /** What happens to a message of this type that finds the queue full. */
  readonly overflow: (type: UnitMessageType) => Overflow;
  /** Whether a message of this type that expects an ack is kept in a store. Default: there is no store. */
  readonly keep?: ((type: UnitMessageType) => boolean) | undefined;
}

/** The messages that were accepted and are not delivered yet. */
export interface PendingMessages {
  /** Makes a message and holds it, unless it comes back settled: dropped because there was no room. */
  readonly accept: (data: UnitData | MessageData, options?: SendOptions) => OutgoingMessage;
  /** Notes a step of a message, and lets go of it where that is its fate. */
  readonly record: (message: OutgoingMessage, status: DeliveryStatus, cause?: unknown) => void;
  /** Drops a message whose last moment has come, unless it is on the wire. */
  readonly expire: (message: OutgoingMessage) => void;
  readonly size: () => number;
  /** Whether there is room for a message, for the last one too that found none. */
  readonly hasRoom: () => boolean;
  /** Each message that was let go of. */
  readonly settled$: Observable<OutgoingMessage>;
  /** Drops what is left, but for what is kept on disk: that is let go of. Gives all of it, in order. */
  readonly drain: (cause: StoppedError, isKept: (message: OutgoingMessage) => boolean) => readonly Delivery[];
  /** Makes a message of what was kept on disk, whatever the bounds, and holds it. A message that is restored has an order below 0. */
  readonly restore: (stored: StoredMessage, order: number) => OutgoingMessage;
  /** What is kept of a message on disk; `base` is added to its order. */
  readonly stored: (message: OutgoingMessage, base: number) => StoredMessage;
}

/** Makes messages out of data within the bounds of the queue, and knows which of them are undelivered. */
export const pendingMessages = (options: PendingMessagesOptions): PendingMessages => {
  const { systemId, newId, now, clock, maxQueued, maxQueuedBytes, maxMessageBytes = Infinity, onSize } = options;
  const held = new Backlog<OutgoingMessage>();
  const wrap = wrapper(systemId);
  const headerSize = Buffer.byteLength(wrap('', { txn: '', createdAt: 0 }));
  // Messages keep their time from here on: a small number needs no room of its own.
  const begun = now();
  const write = (body: string, txn: string, since: number) => wrap(body, { txn, createdAt: begun + since });
  const byKey = new Map<string, OutgoingMessage>();
  const aborts = new Map<OutgoingMessage, () => void>();
  const expendable = new PriorityQueue<{
    readonly message: OutgoingMessage;
    readonly lane: number;
    readonly settled: boolean;
  }>();
  const settled$ = new Subject<OutgoingMessage>();
  let count = 0;
  let bytes = 0;
  let order = 0;
  let refused = 0; // the size of the last message that found no room

  const step = stepsToldTo(options.onStep);
  const release = (message: OutgoingMessage) => {
    held.peek(); // lets go of it, where it is the first
    count--;
    bytes -= message.size;
    if (message.coalesceKey !== undefined && byKey.get(message.coalesceKey) === message)
      byKey.delete(message.coalesceKey);
    aborts.get(message)?.();
    onSize?.(count);
    settled$.next(message);
  };
  const record: PendingMessages['record'] = (message, status, cause) => {
    if (status === 'requeued' && message.expiresAt < Infinity && message.expiresAt <= clock())
      drop(message, new ExpiredError(message.txn));
    else if (step(message, status, cause)) release(message);
  };
  const drop = (message: OutgoingMessage, cause: unknown) => {
    record(message, 'dropped', cause);
  };
  const expire = (message: OutgoingMessage) => {
    if (message.status !== 'sent' || message.settled) drop(message, new ExpiredError(message.txn));
  };
  const withdraw = (message: OutgoingMessage): boolean => {
    if (message.settled || message.mayBeSent) return false;
    drop(message, new WithdrawnError(message.txn));
    return true;
  };
  /** Whether there is room for a message of this size in the place of `older`, which leaves. */
  const fits = (size: number, older?: OutgoingMessage): boolean =>
    count + 1 - (older ? 1 : 0) <= maxQueued && bytes + size - (older?.size ?? 0) <= maxQueuedBytes;
  /** Evicts what may be evicted, of the last lane first and of no lane before that of the message. */
  const makeRoom = ({ size, lane }: OutgoingMessage, older?: OutgoingMessage): boolean => {
    while (size <= maxQueuedBytes && !fits(size, older?.settled ? undefined : older)) {
      const oldest = expendable.shift(lanes.length - 1 - lane);
      if (oldest === undefined) return false;
      drop(oldest.message, new QueueFullError(`${what()}; it was evicted for a newer one`));
    }
    return size <= maxQueuedBytes;
  };
  const what = (): string => `${count} of ${maxQueued} messages, ${bytes} of ${maxQueuedBytes} bytes`;

  const accept: PendingMessages['accept'] = (data, sendOptions) => {
    const { schema, policy, lane, overflow, coalesceKey, ttl, keep, signal } = checkSendOptions(sendOptions);
    checkData(data, schema);
    signal?.throwIfAborted();
    const txn = newId();
    const body =
      schema === 'open'
        ? writeOpenMessage(data, Math.min(maxMessageBytes, maxQueuedBytes))
        : writeMessage(data as UnitData);
    const type = data.messageType as UnitMessageType; // an open one may have another, which no rule names
    const size = headerSize + txn.length + Buffer.byteLength(body);
    if (size > maxMessageBytes) throw new MessageTooLargeError(data.messageType, size, maxMessageBytes);
    const message = new OutgoingMessage(txn, data.messageType, order++, body, size, policy !== 'sendOnly', {
      lane: laneNumber(data.messageType, lane),
      coalesceKey,
      expiresAt: ttl === undefined ? undefined : clock() + ttl,
      isToBeKept: policy !== 'sendOnly' && options.keep !== undefined && (keep ?? options.keep(type)),
      since: now() - begun,
      withdraw,
      write,
    });
    const keyed = coalesceKey === undefined ? undefined : byKey.get(coalesceKey);
    const older = keyed?.transmissions === 0 ? keyed : undefined;
    const rule = overflow ?? options.overflow(type);
    if (!makeRoom(message, older)) {
      refused = size;
      const cause = new QueueFullError(what());
      if (rule !== 'drop-newest') throw cause;
      step(message, 'dropped', cause);
      return message;
    }
    refused = 0;
    if (older !== undefined) drop(older, new ReplacedError(older.txn, txn));
    add(message);
    if (coalesceKey !== undefined) byKey.set(coalesceKey, message);
    if (rule === 'drop-oldest') expendable.push(evictable(message));
    if (signal !== undefined) withdrawOn(signal, message);
    return message;
  };
  const add = (message: OutgoingMessage) => {
    held.push(message);
    count++;
    bytes += message.size;
    onSize?.(count);
  };
  const restore: PendingMessages['restore'] = ({ txn, messageType, frame, lane, expiresAt }, place) => {
    const message = new OutgoingMessage(txn, messageType, place, frame, Buffer.byteLength(frame), true, {
      lane: laneNumber(
        messageType,
        lanes.find((known) => known === lane),
      ),
      expiresAt: expiresAt === undefined ? undefined : clock() + expiresAt - now(),
      withdraw,
    });
    add(message);
    if (message.expiresAt <= clock()) expire(message);
    return message;
  };
  const stored: PendingMessages['stored'] = (message, base) => {
    const { txn, messageType, frame, lane, coalesceKey, expiresAt } = message;
    return {
      order: message.order + base,
      txn,
      messageType,
      frame,
      lane: lanes[lane] ?? 'normal',
      ...(coalesceKey === undefined ? {} : { coalesceKey }),
      ...(expiresAt === Infinity ? {} : { expiresAt: now() + expiresAt - clock() }),
    };
  };
  const withdrawOn = (signal: AbortSignal, message: OutgoingMessage) => {
    const onAbort = () => withdraw(message);
    signal.addEventListener('abort', onAbort);
    aborts.set(message, () => {
      signal.removeEventListener('abort', onAbort);
      aborts.delete(message);
    });
  };

  return {
    accept,
    record,
    expire,
    size: () => count,
    hasRoom: () => fits(refused),
    settled$: settled$.asObservable(),
    drain: (cause, isKept) => {
      const left: OutgoingMessage[] = [];
      for (let message = held.shift(); message !== undefined; message = held.shift()) left.push(message);
      left.sort((one, other) => one.order - other.order);
      for (const message of left) if (step(message, isKept(message) ? 'requeued' : 'dropped', cause)) release(message);
      return left;
    },
    restore,
    stored,
  };
};

type Step = (message: OutgoingMessage, status: DeliveryStatus, cause?: unknown) => boolean;

/** Notes a step; true where it was the last. A message whose fate is final takes none, and nobody is told. */
const stepsToldTo = (onStep: PendingMessagesObserver['onStep']): Step =>
  onStep === undefined
    ? (message, status, cause) => message.record(status, cause)
    : (message, status, cause) => {
        if (message.final) return false;
        const isLast = message.record(status, cause);
        onStep(message, status, cause);
        return isLast;
      };

/** The last lane is searched first, and what is on its way is not searched any more. */
const evictable = (message: OutgoingMessage) => ({
  message,
  lane: lanes.length - 1 - message.lane,
  get settled() {
    return message.settled || message.transmissions > 0;
  },
});
