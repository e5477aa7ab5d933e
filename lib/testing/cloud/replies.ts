import { readMessage, writeMessage } from './envelope.js';
import type { AnsweredEvent, ReceivedMessage } from './events.js';
import type { CloudRecord } from './record.js';
import type { FaultPlan } from './fault-plan.js';

export interface ReplyOptions {
  readonly plan: FaultPlan;
  readonly record: CloudRecord;
  readonly acks: boolean;
  /** Returns true if a txn came before. */
  readonly isDuplicate: (txn: string) => boolean;
}

export interface Replies {
  /** Takes a frame of the unit and sends what the cloud has to say to it. */
  receive(bytes: Buffer, binary: boolean): void;
  /** The unit, by its messages; by its certificate until the first one. */
  systemId(): string;
}

/** Answers the messages of one session; `send` returns false when the link takes no answer any more. */
export const replyToMessages = (
  session: number,
  commonName: string,
  send: (text: string) => boolean,
  { plan, record, acks, isDuplicate }: ReplyOptions,
): Replies => {
  let systemId = commonName;

  const answer = (txn: string): AnsweredEvent['answer'] => {
    const step = plan.messages.next();
    if (!acks || step?.kind === 'drop') return 'none';
    const messageType = step?.kind ?? 'ack';
    const retryAfter = step?.retryAfter;
    const data = { messageType, ...(retryAfter !== undefined && { retryAfter }) };
    return send(writeMessage(systemId, txn, data)) ? messageType : 'none';
  };

  const take = ({ header, data }: ReceivedMessage): void => {
    const { txn } = header;
    systemId = header.systemId;
    if (data.messageType === 'ack' || data.messageType === 'nack') {
      record.add({ kind: data.messageType, session, txn });
      return;
    }
    record.add({ kind: 'message', session, header, data, duplicate: isDuplicate(txn) });
    record.add({ kind: 'answered', session, txn, answer: answer(txn) });
  };

  return {
    systemId: () => systemId,
    receive: (bytes, binary) => {
      const message = binary ? readMessage(bytes) : 'a text frame';
      if (typeof message === 'string') record.add({ kind: 'unreadable', session, reason: message });
      else take(message);
    },
  };
};
