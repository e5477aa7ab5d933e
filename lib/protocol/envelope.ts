import type { CloudMessageType } from './message-types.js';
import type { CloudData } from './messages.js';

export type { AckData, CloudData, UnitData } from './messages.js';

/** The header of every message. */
export interface Header {
  /** The version of the protocol. */
  readonly version: number;
  /** The id of the unit. */
  readonly systemId: string;
  /** UTC with six fraction digits; the moment the message was queued. Not every cloud sends it. */
  readonly createdAt?: string;
  /** The id of the message. An ack or nack carries the txn of the message that it answers. */
  readonly txn: string;
}

/** The body of a message as JSON, read or valid or neither: its type, and whatever it carries. */
export interface MessageData {
  /** The type of the message. */
  readonly messageType: string;
  /** The id that pairs an answer with its request. */
  readonly correlationId?: string | undefined;
  /** Any further member. */
  readonly [key: string]: unknown;
}

/** A part of a message that could not be read and was left out, so that the rest can be used. */
export interface Dropped {
  /** The part, as a JSON pointer: `/instances/3`. */
  readonly path: string;
  /** The reason, in words that quote nothing of the content. */
  readonly reason: string;
}

/** A message of the cloud, as an app receives it. */
export interface CloudMessage<Type extends CloudMessageType = CloudMessageType> {
  /** The header of the message. */
  readonly header: Header;
  /** The body of the message. */
  readonly data: CloudData<Type>;
  /** The parts that were left out of `data`: items of lists and optional members. Absent if nothing was left out. */
  readonly dropped?: readonly Dropped[];
}

/** The cloud has accepted the message with this txn. */
export interface Ack {
  /** The kind of answer. */
  readonly kind: 'ack';
  /** The txn of the message that is answered. */
  readonly txn: string;
}

/** The cloud has refused the message with this txn for now. */
export interface Nack {
  /** The kind of answer. */
  readonly kind: 'nack';
  /** The txn of the message that is answered. */
  readonly txn: string;
  /** The wait before the message is sent again, in milliseconds, clamped to 0…10 min. */
  readonly retryAfter: number;
}
