import { MessageTooLargeError } from '../errors.js';
import { wrapper } from '../protocol/codec.js';
import type { MessageData, UnitData } from '../protocol/envelope.js';
import type { UnitMessageType } from '../protocol/message-types.js';
import { writeMessage } from '../protocol/write-message.js';
import { writeOpenMessage } from '../protocol/write-open-message.js';
import type { StoredMessage } from '../store/types.js';
import { LastStepCall } from './last-step-call.js';
import { OutgoingMessage } from './outgoing-message.js';
import { checkData, checkSendOptions, laneNumber, lanes, type SendOptions } from './send-options.js';

/** Options of {@link messageFactory}. */
export interface MessageFactoryOptions {
  readonly systemId: string;
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of the clock that a `ttl` is measured by. */
  readonly clock: () => number;
  /** The most bytes that the undelivered messages may have together. */
  readonly maxQueuedBytes: number;
  /** The most bytes that one message may have. Default: as many as there is room for. */
  readonly maxMessageBytes?: number;
  /** True if a message of this type that expects an ack is kept in the store. Default: there is no store. */
  readonly keep?: ((type: UnitMessageType) => boolean) | undefined;
  /** Withdraws a message; false if it is too late. */
  readonly withdraw: (message: OutgoingMessage) => boolean;
  /** Reports what `onSettled` of a message threw. */
  readonly onFailure: (error: unknown) => void;
}

/** Makes messages of data and of what the store has kept. */
export interface MessageFactory {
  /**
   * Checks, writes and measures a message.
   *
   * @throws {@link OptionError}, {@link InvalidMessageError}, {@link MessageTooLargeError}, or the reason of a signal that is
   * aborted
   */
  readonly make: (data: UnitData | MessageData, options?: SendOptions) => OutgoingMessage;
  /** Makes a message of what was kept in the store. Its order is below 0. */
  readonly restore: (stored: StoredMessage, order: number) => OutgoingMessage;
  /** Returns what is kept of a message in the store; `base` is added to its order. */
  readonly store: (message: OutgoingMessage, base: number) => StoredMessage;
}

/** Makes messages, and the records of them in the store. */
export const messageFactory = (options: MessageFactoryOptions): MessageFactory => {
  const { systemId, newId, now, clock, maxQueuedBytes, maxMessageBytes = Infinity, withdraw, onFailure } = options;
  const wrap = wrapper(systemId);
  const headerSize = Buffer.byteLength(wrap('', { txn: '', createdAt: 0 }));
  // Messages keep their time from here on: a small number needs no room of its own.
  const begun = now();
  const write = (body: string, txn: string, since: number) => wrap(body, { txn, createdAt: begun + since });
  const isKept = ({ policy, keep }: SendOptions, type: UnitMessageType): boolean =>
    policy !== 'sendOnly' && options.keep !== undefined && (keep ?? options.keep(type));
  let order = 0;

  return {
    make: (data, sendOptions) => {
      const checked = checkSendOptions(sendOptions);
      const { schema, policy, lane, coalesceKey, ttl, signal, onSettled } = checked;
      checkData(data, schema);
      signal?.throwIfAborted();
      const txn = newId();
      const body =
        schema === 'open'
          ? writeOpenMessage(data, Math.min(maxMessageBytes, maxQueuedBytes))
          : writeMessage(data as UnitData);
      const size = headerSize + txn.length + Buffer.byteLength(body);
      if (size > maxMessageBytes) throw new MessageTooLargeError(data.messageType, size, maxMessageBytes);
      return new OutgoingMessage(txn, data.messageType, order++, body, size, policy !== 'sendOnly', {
        lane: laneNumber(data.messageType, lane),
        coalesceKey,
        expiresAt: ttl === undefined ? undefined : clock() + ttl,
        // One that is sent as it is may have another type, which no rule names.
        isToBeKept: isKept(checked, data.messageType as UnitMessageType),
        since: now() - begun,
        onSettled: onSettled && new LastStepCall(onSettled, onFailure),
        withdraw,
        write,
      });
    },
    restore: ({ txn, messageType, frame, lane, expiresAt }, place) =>
      new OutgoingMessage(txn, messageType, place, frame, Buffer.byteLength(frame), true, {
        lane: laneNumber(
          messageType,
          lanes.find((known) => known === lane),
        ),
        expiresAt: expiresAt === undefined ? undefined : clock() + expiresAt - now(),
        withdraw,
      }),
    store: (message, base) => {
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
    },
  };
};
