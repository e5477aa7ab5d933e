import { lazy } from '../collections/lazy.js';
import { RecentKeys } from '../collections/recent-keys.js';
import { decoder, encoder, type Decoded } from '../protocol/codec.js';
import type { CloudMessage } from '../protocol/envelope.js';
import type { Socket } from '../transport/types.js';

/** With so much unsent, in bytes, messages are not acked: a cloud that reads nothing sends them again once it does. */
const ackLimit = 8 * 1024 * 1024;

/** A message that there is room for. */
export interface Taken {
  /** Whether it is acked before it is handled, or after. */
  readonly ack: 'before' | 'after';
  /** Begins to handle it. */
  readonly begin: () => void;
}

/**
 * Takes a message of so many bytes, unless there is no room for it. Where it is acked after it was handled, `done` is
 * called then: with false where it was not, so that it is handled when the cloud sends it again.
 */
export type Take = (message: CloudMessage, size: number, done: (isDone: boolean) => void) => Taken | undefined;

/** What {@link inbox} needs to read for a unit and to answer in its name. */
export interface InboxOptions {
  readonly systemId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How many txns are remembered to know a duplicate by. Default 4,096. */
  readonly window?: number;
  /** Takes each new message before it is acked. Default: nobody handles it. */
  readonly take?: Take;
  /** Told of what came in, after a message was acked, where it is acked before it is handled. */
  readonly receive: (decoded: Decoded) => void;
}

/** A message that nobody handles. */
export const ackedOnReceipt: Taken = { ack: 'before', begin: () => undefined };

/**
 * Gives what reads the frames of a socket: `receive` is told of acks, nacks, messages, and what was rejected. Each message
 * is acked on receipt or once it was handled, also when it comes again, on the same socket or on another; then nobody is
 * told again. A message that there is no room for is rejected and not acked: the cloud sends it again. With 8 MiB unsent
 * nothing is acked, so that acks cannot pile up. False for a frame that makes no sense.
 */
export const inbox = ({
  systemId,
  now,
  window = 4096,
  take = () => ackedOnReceipt,
  receive,
}: InboxOptions): ((frame: Uint8Array | 'text', socket: Socket) => boolean) => {
  const reader = lazy(() => ({ encode: encoder(systemId), decode: decoder(systemId), seen: new RecentKeys(window) }));
  const inHand = lazy(() => new Map<string, { socket: Socket }>()); // by txn, what is not acked yet

  const ack = (txn: string, socket: Socket) => {
    if (socket.bufferedAmount < ackLimit)
      socket.send(reader().encode({ messageType: 'ack' }, { txn, createdAt: now() }));
  };
  const receiveMessage = (decoded: Extract<Decoded, { kind: 'message' }>, size: number, socket: Socket) => {
    const { message } = decoded;
    const { txn } = message.header;
    const { seen } = reader();
    if (seen.has(txn)) {
      seen.add(txn);
      ack(txn, socket);
      return;
    }
    const same = inHand().get(txn);
    if (same !== undefined) {
      same.socket = socket;
      return;
    }
    const place = { socket };
    const taken = take(message, size, (isDone) => {
      if (inHand().get(txn) === place) inHand().delete(txn);
      if (!isDone) return;
      seen.add(txn);
      ack(txn, place.socket);
    });
    if (taken === undefined) {
      const reason = `${message.data.messageType}: no room, too much waits for its handler; the cloud has to send it again`;
      receive({ kind: 'rejected', reason });
      return;
    }
    if (taken.ack === 'before') {
      ack(txn, socket);
      seen.add(txn);
    } else if (txn !== '') inHand().set(txn, place);
    receive(decoded);
    taken.begin();
  };

  return (frame, socket) => {
    const decoded: Decoded = frame === 'text' ? { kind: 'rejected', reason: 'a text frame' } : reader().decode(frame);
    if (decoded.kind === 'message') receiveMessage(decoded, frame.length, socket);
    else receive(decoded);
    return decoded.kind !== 'rejected';
  };
};
