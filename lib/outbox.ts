import { InvalidMessageError, OptionError, QueueFullError } from './errors.js';
import { OutgoingMessage, type Delivery, type SendPolicy } from './outgoing-message.js';
import { encode } from './protocol/codec.js';
import type { UnitData } from './protocol/envelope.js';
import { unitMessageTypes } from './protocol/message-types.js';
import { isObject } from './protocol/read.js';

/** How a message is sent. */
export interface SendOptions {
  /** `expectAck` (default): sent again until the cloud acks it. `sendOnly`: done once it is written. */
  readonly policy?: SendPolicy;
}

/** What {@link outbox} makes messages with, and how many it holds. */
export interface OutboxOptions {
  readonly systemId: string;
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How many messages may be undelivered. */
  readonly maxQueued: number;
  /** How many bytes the undelivered messages may have together. */
  readonly maxQueuedBytes: number;
}

/** The messages that were accepted and are not delivered yet. */
export interface Outbox {
  /** Accepts a message. */
  readonly accept: (data: UnitData, options?: SendOptions) => OutgoingMessage;
  /** Notes that the fate of a message is final. */
  readonly release: (message: OutgoingMessage) => void;
  readonly size: () => number;
  /** Drops what is left with this cause, and says what that was. */
  readonly dropAll: (cause: unknown) => readonly Delivery[];
}

const sendable: ReadonlySet<unknown> = new Set(unitMessageTypes);
const policies: readonly unknown[] = ['expectAck', 'sendOnly'];

/** Makes messages out of data within the bounds of the queue, and knows which of them are undelivered. */
export const outbox = ({ systemId, newId, now, maxQueued, maxQueuedBytes }: OutboxOptions): Outbox => {
  const held = new Set<OutgoingMessage>();
  let bytes = 0;
  let order = 0;

  return {
    accept: (data, options = {}) => {
      checkData(data);
      const { policy = 'expectAck' } = checkSendOptions(options);
      const txn = newId();
      const frame = encode(data, { systemId, txn, createdAt: now() });
      const size = Buffer.byteLength(frame);
      if (held.size >= maxQueued) throw new QueueFullError(`${maxQueued} messages`);
      if (bytes + size > maxQueuedBytes)
        throw new QueueFullError(`${bytes} of ${maxQueuedBytes} bytes, and the message has ${size}`);
      const message = new OutgoingMessage(txn, data.messageType, order++, frame, size, policy === 'expectAck');
      held.add(message);
      bytes += size;
      return message;
    },
    release: (message) => {
      if (held.delete(message)) bytes -= message.size;
    },
    size: () => held.size,
    dropAll: (cause) => {
      const left = [...held];
      held.clear();
      bytes = 0;
      for (const message of left) message.note('dropped', cause);
      return left;
    },
  };
};

const checkData = (data: unknown): void => {
  if (!isObject(data)) throw new InvalidMessageError('a message is an object with a messageType');
  const { messageType } = data;
  const got =
    typeof messageType === 'string'
      ? JSON.stringify(messageType.slice(0, 60))
      : `a messageType of type ${typeof messageType}`;
  if (!sendable.has(messageType))
    throw new InvalidMessageError(`${got} is nothing that a unit sends; it sends ${unitMessageTypes.join(', ')}`);
};

const checkSendOptions = (options: SendOptions): SendOptions => {
  for (const [name, value] of Object.entries(options)) {
    if (name !== 'policy') throw new OptionError(name, 'a value', 'none: send knows no such option, only policy');
    if (value !== undefined && !policies.includes(value))
      throw new OptionError(name, JSON.stringify(value), 'expectAck or sendOnly');
  }
  return options;
};
