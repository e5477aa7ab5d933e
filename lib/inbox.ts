import { lazily } from './lazily.js';
import { RecentKeys } from './operators/recent-keys.js';
import { decoder, encoder, type Decoded } from './protocol/codec.js';
import type { Socket } from './transport/types.js';

/** With so much unsent, in bytes, messages are not acked: a cloud that reads nothing sends them again once it does. */
const ackLimit = 8 * 1024 * 1024;

/** What {@link inbox} needs to read for a unit and to answer in its name. */
export interface InboxOptions {
  readonly systemId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How many txns are remembered to know a duplicate by. Default 4,096. */
  readonly window?: number;
  /** Told of what came in, after a message was acked. */
  readonly receive: (decoded: Decoded) => void;
}

/**
 * Gives what reads the frames of a socket: `receive` is told of acks, nacks, messages, and what was rejected. Each message is acked on
 * receipt, also when it comes again, on the same socket or on another; then nobody is told again. With 8 MiB unsent it is
 * not acked, so that acks cannot pile up. False for a frame that was rejected.
 */
export const inbox = ({
  systemId,
  now,
  window = 4096,
  receive,
}: InboxOptions): ((frame: Uint8Array | 'text', socket: Socket) => boolean) => {
  const reader = lazily(() => ({ encode: encoder(systemId), decode: decoder(systemId), seen: new RecentKeys(window) }));

  return (frame, socket) => {
    const { encode, decode, seen } = reader();
    const decoded: Decoded = frame === 'text' ? { kind: 'rejected', reason: 'a text frame' } : decode(frame);
    if (decoded.kind !== 'message') receive(decoded);
    else {
      const { txn } = decoded.message.header;
      if (socket.bufferedAmount < ackLimit) socket.send(encode({ messageType: 'ack' }, { txn, createdAt: now() }));
      if (!seen.add(txn)) receive(decoded);
    }
    return decoded.kind !== 'rejected';
  };
};
