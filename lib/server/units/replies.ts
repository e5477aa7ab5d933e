import { readMessage, writeMessage } from './envelope.js';
import type { UnitFaults, UnitRecord } from './unit-faults.js';
import type { AnsweredEvent, ReceivedMessage } from './unit-server-events.js';

export interface ReplyOptions {
  readonly plan: Pick<UnitFaults, 'messages'>;
  readonly record: UnitRecord;
  readonly acks: boolean;
  /** Returns true if a txn came before. */
  readonly isDuplicate: (txn: string) => boolean;
  /** True if a unit with this common name in its certificate may send under this system id. Absent: all may. */
  readonly belongs?: (systemId: string, commonName: string) => boolean;
  /**
   * Keeps a message; resolves once it is safe, or with the wait after which the unit is to send it again. Absent: it
   * counts as safe at once.
   */
  readonly keep?: (message: ReceivedMessage) => Promise<Kept>;
  /** Called with the reply of the unit to a message. */
  readonly replied?: (systemId: string, txn: string, reply: 'ack' | 'nack', retryAfter: unknown) => void;
}

/** The outcome of keeping a message: safe, or to be sent again after so many milliseconds. */
export type Kept = 'safe' | { readonly retryAfter: number };

/** A message that belongs to another unit ends the session. */
export class ForeignMessageError extends Error {}

export interface Replies {
  /** Takes a frame of the unit and sends the answer to it. */
  receive(bytes: Buffer, binary: boolean): void;
  /** The unit, by its messages; by its certificate until the first one. */
  systemId(): string;
  /** Settles once each message that was taken is answered. */
  settled(): Promise<void>;
}

/** Answers the messages of one session; `send` returns false when the link takes no answer any more. */
export const replyToMessages = (
  session: number,
  commonName: string,
  send: (text: string) => boolean,
  options: ReplyOptions,
): Replies => {
  const { plan, record, acks, isDuplicate, belongs, keep, replied } = options;
  let systemId = commonName;
  let unanswered = 0;
  const waiting: (() => void)[] = [];

  const answer = (txn: string, messageType: 'ack' | 'nack', retryAfter?: number): void => {
    const data = { messageType, ...(retryAfter !== undefined && { retryAfter }) };
    const sent: AnsweredEvent['answer'] = send(writeMessage(systemId, txn, data)) ? messageType : 'none';
    record.add({ kind: 'answered', session, txn, answer: sent });
  };

  const answerKept = (txn: string, kept: Kept): void => {
    unanswered--;
    if (kept === 'safe') answer(txn, 'ack');
    else answer(txn, 'nack', kept.retryAfter);
    if (unanswered === 0) for (const settle of waiting.splice(0)) settle();
  };

  const take = (message: ReceivedMessage): void => {
    const { header, data } = message;
    const { txn } = header;
    if (belongs?.(header.systemId, commonName) === false)
      throw new ForeignMessageError('the system id is not that of the certificate');
    systemId = header.systemId;
    if (data.messageType === 'ack' || data.messageType === 'nack') {
      record.add({ kind: data.messageType, session, txn });
      replied?.(systemId, txn, data.messageType, data['retryAfter']);
      return;
    }
    record.add({ kind: 'message', session, header, data, duplicate: isDuplicate(txn) });
    const step = plan.messages.next();
    if (!acks || step?.kind === 'drop') record.add({ kind: 'answered', session, txn, answer: 'none' });
    else if (step?.kind === 'nack') answer(txn, 'nack', step.retryAfter);
    else if (keep === undefined) answer(txn, 'ack');
    else {
      unanswered++;
      void keep(message).then((kept) => {
        answerKept(txn, kept);
      });
    }
  };

  return {
    systemId: () => systemId,
    settled: () =>
      unanswered === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
    receive: (bytes, binary) => {
      const message = binary ? readMessage(bytes) : 'a text frame';
      if (typeof message === 'string') record.add({ kind: 'unreadable', session, reason: message });
      else take(message);
    },
  };
};
