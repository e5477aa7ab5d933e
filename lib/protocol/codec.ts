import type { Ack, AckData, CloudMessage, Header, Nack, UnitData } from './envelope.js';
import { cloudMessageTypes, protocolVersion, type CloudMessageType } from './message-types.js';
import {
  asNumber,
  asString,
  checkExtent,
  hasOnly,
  isObject,
  memberOf,
  mostUnchecked,
  parseUnchecked,
  withKeys,
  withoutNulls,
  type JsonObject,
} from './read.js';
import { readMessage } from './read-message.js';
import { Unreadable } from './reader.js';
import { formatTime } from './time.js';
import { writeMessage } from './write-message.js';

/** The content of a frame; `rejected` with the reason in words, which quote no content. */
export type Decoded =
  | Ack
  | Nack
  | {
      readonly kind: 'message';
      /** The message. */
      readonly message: CloudMessage;
    }
  | {
      readonly kind: 'rejected';
      /** The reason, in words that quote no content. */
      readonly reason: string;
    };

/** The header that {@link encode} writes. */
export interface EncodeOptions {
  /** The unit that sends it. */
  readonly systemId: string;
  /** The txn of the message. */
  readonly txn: string;
  /** The moment the message was queued, in milliseconds since 1970. */
  readonly createdAt: number;
}

const types: ReadonlySet<string> = new Set(cloudMessageTypes);
const utf8 = new TextDecoder('utf-8', { fatal: true });
const longestTxn = 256;
const longestUsualAck = 1024;
const longestRetryAfter = 600_000;
const defaultRetryAfter = 500;

/**
 * Returns the JSON text of a message: compact, `header` before `data`, every key in the order of the protocol.
 *
 * @param data - The body.
 * @param options - The header.
 * @returns The text of one frame.
 * @throws {@link InvalidMessageError} if `data` does not fit the schema of its type.
 *
 * @example
 * ```ts
 * encode({ messageType: 'ack' }, { systemId: 'unit-1', txn, createdAt: Date.now() });
 * ```
 */
export const encode = (data: UnitData | AckData, options: EncodeOptions): string =>
  encoder(options.systemId)(data, options);

/** Returns {@link encode} for one system id. */
export const encoder = (systemId: string): ((data: UnitData | AckData, header: VaryingHeader) => string) => {
  const wrap = wrapper(systemId);
  return (data, header) => wrap(writeMessage(data), header);
};

/** Returns the function that writes the ack of a message, for one system id. */
export const ackWriter = (systemId: string): ((header: VaryingHeader) => string) => {
  const wrap = wrapper(systemId);
  return (header) => wrap('{"messageType":"ack"}', header);
};

/** The members of a header that differ between the messages of a unit. */
export type VaryingHeader = Pick<EncodeOptions, 'txn' | 'createdAt'>;

/**
 * Returns the function that adds the header to a body that {@link writeMessage} wrote. The constant part of the header
 * is written once, the time once a millisecond.
 */
export const wrapper = (systemId: string): ((body: string, header: VaryingHeader) => string) => {
  const start = `{"header":{"version":${protocolVersion},"systemId":${JSON.stringify(systemId)},"createdAt":"`;
  let last = NaN;
  let head = '';
  return (body, { txn, createdAt }) => {
    if (createdAt !== last) {
      head = `${start}${formatTime(createdAt)}","txn":`;
      last = createdAt;
    }
    return `${head}${JSON.stringify(txn)}},"data":${body}}`;
  };
};

/**
 * Reads one binary frame of the cloud to the unit `systemId`. Never throws.
 *
 * @param frame - The bytes of the frame.
 * @param systemId - The unit; frames to others are rejected.
 * @returns An ack, a nack, a message, or the reason why the frame is rejected.
 *
 * @example
 * ```ts
 * const decoded = decode(frame, 'unit-1');
 * if (decoded.kind === 'rejected') console.log(decoded.reason);
 * ```
 */
export const decode = (frame: Uint8Array, systemId: string): Decoded => decoder(systemId)(frame);

/** Returns {@link decode} for one system id. An ack in the usual shape is recognised without being parsed. */
export const decoder = (systemId: string): ((frame: Uint8Array) => Decoded) => {
  const ack = usualAck(systemId);
  return (frame) => {
    try {
      const text = utf8.decode(frame);
      const txn = frame.length < longestUsualAck && text.endsWith(endOfAck) ? ack.exec(text)?.[1] : undefined;
      return txn === undefined ? readText(text, frame, systemId) : { kind: 'ack', txn };
    } catch (error) {
      return rejected(
        error instanceof TypeError ? 'not UTF-8' : error instanceof Error ? error.message : String(error),
      );
    }
  };
};

const endOfAck = '"ack"}}';

/** An ack as clouds write it: compact, each key once, no escapes and nothing that the parser would read otherwise. */
const usualAck = (systemId: string): RegExp => {
  const id = JSON.stringify(systemId).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const text = '[ !#-[\\]-~]';
  return new RegExp(
    `^\\{"header":\\{"version":${protocolVersion},"systemId":${id},(?:"createdAt":"${text}*",)?"txn":"(${text}{0,${longestTxn}})"\\},"data":\\{"messageType":"ack"\\}\\}$`,
  );
};

const rejected = (reason: string): Decoded => ({ kind: 'rejected', reason });

/** The value of the text; where it is no JSON, what is too much in it is the better reason. */
const parsed = (text: string, frame: Uint8Array): unknown => {
  try {
    return parseUnchecked(text);
  } catch (error) {
    checkExtent(frame);
    throw error;
  }
};

/**
 * Reads the text of a frame. Nothing of a message that is as the protocol has it is copied, and its extent is not examined
 * where it is short: it holds nothing that is not in its schema.
 */
const readText = (text: string, frame: Uint8Array, systemId: string): Decoded => {
  const isShort = frame.length <= mostUnchecked;
  if (!isShort) checkExtent(frame);
  const value = parsed(text, frame);
  const usual = isObject(value) ? readUsual(value, systemId) : undefined;
  if (usual?.kind === 'message' && isObject(value) && usual.message.data === value['data']) return usual;
  if (isShort) checkExtent(frame);
  withoutNulls(value);
  return usual ?? read(value, systemId);
};

/** Reads a message whose header is as the protocol has it; undefined for anything else. */
const readUsual = (value: JsonObject, systemId: string): Decoded | undefined => {
  const { header, data } = value;
  if (!isObject(header) || !isObject(data) || !hasOnly(value, envelopeKeys)) return undefined;
  const { version, systemId: to, createdAt, txn } = header;
  const { messageType } = data;
  if (version !== protocolVersion || to !== systemId || typeof txn !== 'string' || txn.length > longestTxn)
    return undefined;
  if (createdAt !== undefined && typeof createdAt !== 'string') return undefined;
  if (typeof messageType !== 'string' || !isCloudMessageType(messageType) || !hasOnly(header, headerKeys))
    return undefined;
  return readBody(messageType, data, header as unknown as Header);
};

const envelopeKeys = ['header', 'data'];
const headerKeys = ['version', 'systemId', 'createdAt', 'txn'];

const read = (value: unknown, systemId: string): Decoded => {
  if (!isObject(value)) return rejected('not a JSON object');
  const { header: anyHeader, data: anyData } = withKeys(value, envelopeKeys);
  if (!isObject(anyHeader)) return rejected('no header');
  if (!isObject(anyData)) return rejected('no data');
  const header = withKeys(anyHeader, headerKeys);
  const messageType = memberOf(anyData, 'messageType');
  if (asNumber(header['version']) !== protocolVersion) return rejected(`another version than ${protocolVersion}`);
  if (asString(header['systemId']) !== systemId) return rejected('for another system id');
  const txn = asString(header['txn']) ?? '';
  if (txn.length > longestTxn) return rejected(`a txn of more than ${longestTxn} characters`);
  const createdAt = asString(header['createdAt']);
  if (messageType === 'ack') return { kind: 'ack', txn };
  if (messageType === 'nack') return { kind: 'nack', txn, retryAfter: clamp(memberOf(anyData, 'retryAfter')) };
  if (typeof messageType !== 'string') return rejected('no messageType');
  if (!isCloudMessageType(messageType)) return rejected('a messageType that the cloud does not send');
  const created = createdAt === undefined ? {} : { createdAt };
  return readBody(messageType, anyData, { version: protocolVersion, systemId, ...created, txn });
};

const isCloudMessageType = (type: string): type is CloudMessageType => types.has(type);

const readBody = (messageType: CloudMessageType, body: unknown, header: Header): Decoded => {
  const read = readMessage(messageType, body);
  if (read instanceof Unreadable) return rejected(`${messageType}: ${read.path || 'something in it'} ${read.reason}`);
  const { data, dropped } = read;
  return { kind: 'message', message: { header, data, ...(dropped.length > 0 && { dropped }) } };
};

const clamp = (retryAfter: unknown): number =>
  Math.min(Math.max(Math.round(asNumber(retryAfter) ?? defaultRetryAfter), 0), longestRetryAfter);
