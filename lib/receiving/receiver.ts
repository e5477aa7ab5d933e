import { defer, filter, map, Subject, type Observable } from 'rxjs';
import { lazy } from '../collections/lazy.js';
import { markDuplicates, type Marked } from '../operators/mark-duplicates.js';
import { ackWriter, decoder, type Decoded } from '../protocol/codec.js';
import type { CloudMessage } from '../protocol/envelope.js';
import type { Socket } from '../transport/types.js';

/** With so much unsent, in bytes, messages are not acked: a cloud that reads nothing sends them again once it does. */
const ackLimit = 8 * 1024 * 1024;

/** A message that was accepted for its handlers. */
export interface Accepted {
  /** The time of its ack: `before` or `after` it is handled. */
  readonly ack: 'before' | 'after';
  /** Begins to handle it. */
  readonly begin: () => void;
}

/**
 * Accepts a message of `size` bytes, or returns undefined if there is no room for it. If it is acked after it was handled,
 * `done` is called then: with false if that failed, so that the message is handled when the cloud sends it again.
 */
export type Accept = (message: CloudMessage, size: number, done: (isDone: boolean) => void) => Accepted | undefined;

/** Options of {@link receiver}. */
export interface ReceiverOptions {
  /** The system id of the unit: messages to another are rejected, and acks are written with it. */
  readonly systemId: string;
  /** The wall clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** The number of txns that are remembered to recognise a duplicate. Default 4,096. */
  readonly window?: number;
  /** Called with each new message before it is acked. Default: every message is acked on receipt. */
  readonly accept?: Accept;
  /** Called with a message that nobody would receive, in time to subscribe to `received$`. */
  readonly onUnobserved?: () => void;
  /** Called with each ack, each nack and each rejected frame: each of them counts, however often it comes. */
  readonly onOther: (other: Exclude<Decoded, DecodedMessage>) => void;
}

/** A message as it was read. */
export interface Received {
  readonly message: CloudMessage;
  /** Begins to handle the message, to be called after it was emitted to the app. */
  readonly begin: () => void;
}

/** Reads the frames of the cloud, acks messages, and recognises those that come again. */
export interface Receiver {
  /** Reads a frame of a socket. Returns false if the frame is rejected. */
  readonly read: (frame: Uint8Array | 'text', socket: Socket) => boolean;
  /** Emits the messages, each once. Subscribe to it once, before the first message. */
  readonly received$: Observable<Received>;
}

/** The acceptance of a message that no handler waits for. */
export const ackedOnReceipt: Accepted = { ack: 'before', begin: () => undefined };

interface Incoming {
  readonly message: CloudMessage;
  /** In bytes. */
  readonly size: number;
  readonly socket: Socket;
}

/**
 * Creates a {@link Receiver}. A message is acked on receipt, or once it was handled, and acked again when it comes again,
 * on the same socket or another. A message that there is no room for is rejected and not acked, so the cloud sends it
 * again. With 8 MiB unsent nothing is acked, so that acks cannot pile up.
 */
export const receiver = ({
  systemId,
  now,
  window,
  accept = () => ackedOnReceipt,
  onUnobserved,
  onOther,
}: ReceiverOptions): Receiver => {
  const codec = lazy(() => ({ writeAck: ackWriter(systemId), decode: decoder(systemId) }));
  const incoming$ = new Subject<Incoming>();
  const seen$ = new Subject<string>();
  const unacked = lazy(() => new Map<string, { socket: Socket }>()); // by txn: those that are acked after they were handled

  const ack = (txn: string, socket: Socket) => {
    if (socket.bufferedAmount < ackLimit) socket.send(codec().writeAck({ txn, createdAt: now() }));
  };
  const acceptNew = (message: CloudMessage, size: number, socket: Socket): Received | undefined => {
    const { txn } = message.header;
    const entry = { socket };
    const accepted = accept(message, size, (isDone) => {
      if (unacked().get(txn) === entry) unacked().delete(txn);
      if (!isDone) return;
      seen$.next(txn);
      ack(txn, entry.socket);
    });
    if (accepted === undefined) {
      onOther(noRoom(message));
      return undefined;
    }
    if (accepted.ack === 'before') {
      ack(txn, socket);
      seen$.next(txn);
    } else if (txn !== '') unacked().set(txn, entry);
    return { message, begin: accepted.begin };
  };
  /** Returns undefined for a message that was emitted before or has no room. */
  const receive = ({ value: { message, size, socket }, duplicate }: Marked<Incoming>): Received | undefined => {
    const { txn } = message.header;
    if (duplicate) {
      ack(txn, socket);
      return undefined;
    }
    const same = unacked().get(txn);
    if (same === undefined) return acceptNew(message, size, socket);
    same.socket = socket;
    return undefined;
  };

  return {
    read: (frame, socket) => {
      const decoded = frame === 'text' ? textFrame : codec().decode(frame);
      if (decoded.kind === 'message') {
        if (!incoming$.observed) onUnobserved?.();
        incoming$.next({ message: decoded.message, size: frame.length, socket });
      } else onOther(decoded);
      return decoded.kind !== 'rejected';
    },
    received$: defer(() =>
      incoming$.pipe(
        markDuplicates({ key: txnOf, ...(window !== undefined && { window }), seen$ }),
        map(receive),
        filter((received) => received !== undefined),
      ),
    ),
  };
};

type DecodedMessage = Extract<Decoded, { kind: 'message' }>;
type Rejected = Extract<Decoded, { kind: 'rejected' }>;

const txnOf = ({ message }: Incoming): string => message.header.txn;

const textFrame: Rejected = { kind: 'rejected', reason: 'a text frame' };

const noRoom = ({ data: { messageType } }: CloudMessage): Rejected => ({
  kind: 'rejected',
  reason: `${messageType}: no room, too much waits for its handler; the cloud has to send it again`,
});
