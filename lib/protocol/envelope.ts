import type { CloudMessageType, UnitMessageType } from './message-types.js';

/** The header of every message. */
export interface Header {
  readonly version: number;
  readonly systemId: string;
  /** UTC with six fraction digits; the moment the message was queued. Not every cloud sends it. */
  readonly createdAt?: string;
  /** Names the message: an ack or nack carries the txn of the message it answers. */
  readonly txn: string;
}

/** The body of a message: its type, and whatever that type carries. */
export interface MessageData<Type extends string = string> {
  readonly messageType: Type;
  readonly correlationId?: string;
  readonly [key: string]: unknown;
}

/** What an app sends. */
export type UnitData = MessageData<UnitMessageType>;

/** What an app gets: a message of the cloud. */
export interface CloudMessage<Type extends CloudMessageType = CloudMessageType> {
  readonly header: Header;
  readonly data: MessageData<Type>;
}

/** The cloud took the message with this txn. */
export interface Ack {
  readonly kind: 'ack';
  readonly txn: string;
}

/** The cloud refused the message with this txn for now. */
export interface Nack {
  readonly kind: 'nack';
  readonly txn: string;
  /** When to send it again, in milliseconds, clamped to 0…10 min. */
  readonly retryAfter: number;
}
