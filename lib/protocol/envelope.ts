import type { CloudMessageType } from './message-types.js';
import type { CloudData } from './messages.js';

export type { AckData, CloudData, UnitData } from './messages.js';

/** The header of every message. */
export interface Header {
  readonly version: number;
  readonly systemId: string;
  /** UTC with six fraction digits; the moment the message was queued. Not every cloud sends it. */
  readonly createdAt?: string;
  /** Names the message: an ack or nack carries the txn of the message it answers. */
  readonly txn: string;
}

/** The body of a message as JSON, read or valid or neither: its type, and whatever it carries. */
export interface MessageData {
  readonly messageType: string;
  readonly correlationId?: string | undefined;
  readonly [key: string]: unknown;
}

/** A part of a message that could not be read and was left out, for the rest to be of use. */
export interface Dropped {
  /** Which part, as a JSON pointer: `/instances/3`. */
  readonly path: string;
  /** What is wrong with it, in words that quote nothing of the content. */
  readonly reason: string;
}

/** What an app gets: a message of the cloud. */
export interface CloudMessage<Type extends CloudMessageType = CloudMessageType> {
  readonly header: Header;
  readonly data: CloudData<Type>;
  /** What was left out of `data`, an item of a list or an optional member; absent where nothing was. */
  readonly dropped?: readonly Dropped[];
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
