import { decodeText, notUtf8 } from '../protocol/decode-text.js';
import { oneLine } from '../protocol/one-line.js';
import { isObject, parseJson } from '../protocol/read.js';
import { describeError } from './describe-error.js';
import { redactMessage } from './redact-message.js';

/** The direction of a frame: `TX` to the cloud, `RX` from it. */
export type FrameDirection = 'TX' | 'RX';

/**
 * A frame as a line of the message log, its end included: `TX: ` or `RX: `, and the JSON as a unit reads it, with `"***"` for
 * what is secret or not known to the protocol. Of what is no JSON object, which may hold anything, only the size and the kind are shown.
 */
export const messageLine = (direction: FrameDirection, frame: string | Uint8Array): string =>
  `${direction}: ${oneLine(shown(frame))}\n`;

const shown = (frame: string | Uint8Array): string => {
  const text = typeof frame === 'string' ? frame : decodeText(frame);
  if (text === undefined) return sizeAndKind(frame, notUtf8(Buffer.from(frame)));
  const ack = ackOf(text);
  if (ack !== undefined) return ack;
  try {
    const value = parseJson(text);
    return isObject(value) ? JSON.stringify(redactMessage(value)) : sizeAndKind(frame, 'not a JSON object');
  } catch (error) {
    return sizeAndKind(frame, describeError(error).message);
  }
};

const sizeAndKind = (frame: string | Uint8Array, kind: string): string => {
  const size = Buffer.byteLength(frame);
  return `${size} ${size === 1 ? 'byte' : 'bytes'}, ${kind}`;
};

/** Every second frame is an ack, and an ack in the usual shape holds nothing but what is shown. */
const usualAck =
  /^\{"header":\{"version":\d{1,4},"systemId":"[\w.-]{1,64}","createdAt":"[\dTZ:.-]{1,40}","txn":"[\w-]{1,64}"\},"data":\{"messageType":"ack"\}\}$/;
const longestUsualAck = 512;
const ackOf = (text: string): string | undefined =>
  text.length <= longestUsualAck && usualAck.test(text) ? text : undefined;
