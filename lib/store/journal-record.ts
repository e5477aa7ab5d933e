import { checksum } from './record.js';
import type { StoredMessage } from './types.js';

/** The format that this version writes and reads. */
export const journalFormat = 1;

/** The content of one record of a journal. */
export type JournalEntry =
  | { readonly kind: 'put'; readonly message: StoredMessage; readonly time: number }
  | { readonly kind: 'remove'; readonly orders: readonly number[] }
  | { readonly kind: 'format'; readonly format: number };

/** A part of a file that cannot be read. */
export interface Damage {
  /** The order of the message, if its head can be read. */
  readonly order?: number;
  /** The txns of the messages, as far as they can be read. */
  readonly txns: readonly string[];
}

/** A record, or a part that is not one, with its place in the file. */
export interface Found {
  readonly at: number;
  readonly length: number;
  readonly entry?: JournalEntry;
  readonly damage?: Damage;
}

const [mark, newline, bracket] = [0x1e, 0x0a, 0x5d];
/** The mark and the checksum of the head. */
const headAfter = 9;
/** Longer heads are not mended: a message has no head of that length, and trying every bit of it would take long. */
const longestMended = 1024;
const ordersInOne = 512;

/**
 * A record is a mark, the checksum of its head, its head as JSON, and a newline; with a message, its frame and a
 * newline follow, and the head holds the length and the checksum of the frame. So each record is readable on its own:
 * the next one is found behind a damaged one, and a damaged frame still has its txn.
 */
const encode = (head: readonly unknown[]): string => {
  const text = JSON.stringify(head);
  return `\x1e${checksum(text)}${text}\n`;
};

/** The record of the format, with which each file begins. */
export const encodeFormat = (): string => encode(['unitlink', journalFormat]);

/** The record of a message, and its length in bytes; `time` is when it was accepted, in milliseconds since 1970. */
export const encodePut = (message: StoredMessage, time: number): { readonly text: string; readonly length: number } => {
  const { order, txn, messageType, lane = null, coalesceKey = null, expiresAt = null, frame } = message;
  const bytes = Buffer.byteLength(frame);
  const head = encode([order, time, bytes, checksum(frame), txn, messageType, lane, coalesceKey, expiresAt]);
  return { text: `${head}${frame}\n`, length: Buffer.byteLength(head) + bytes + 1 };
};

/** The records that take messages of these orders out. */
export const encodeRemovals = (orders: readonly number[]): string => {
  let text = '';
  for (let at = 0; at < orders.length; at += ordersInOne) text += encode(['-', ...orders.slice(at, at + ordersInOne)]);
  return text;
};

/**
 * Reads a file, or the first part of one. With `mayBeTorn` an end that looks like the beginning of a record is no damage:
 * it counts as never written, since nothing in it was accepted.
 */
export const readRecords = (bytes: Buffer, mayBeTorn: boolean): readonly Found[] => {
  const found: Found[] = [];
  const damaged = (at: number, end: number, damage: Damage): number => {
    found.push({ at, length: end - at, damage });
    return end;
  };
  for (let at = 0; at < bytes.length;) {
    if (mayBeTorn && isUnfinished(bytes, at)) return found;
    const head = headAt(bytes, at) ?? mendedHead(bytes, at);
    if (head === undefined) {
      const end = nextRecord(bytes, at + 1);
      at = damaged(at, end, { txns: txnsIn(bytes, at, end) });
      continue;
    }
    const { entry, end, frame } = head;
    if (frame === undefined) {
      if (entry) found.push({ at, length: end - at, entry });
      else damaged(at, end, { txns: [] });
      at = end;
      continue;
    }
    const { order, txn } = frame.message;
    const last = end + frame.length;
    if (last >= bytes.length) {
      if (mayBeTorn) return found;
      at = damaged(at, nextRecord(bytes, end), { order, txns: [txn] });
      continue;
    }
    const text = bytes.toString('utf8', end, last);
    if (checksum(text) === frame.checksum) {
      const message = { ...frame.message, frame: text };
      found.push({ at, length: last + 1 - at, entry: { kind: 'put', message, time: frame.time } });
    } else damaged(at, last + 1, { order, txns: [txn] });
    at = last + 1;
  }
  return found;
};

interface Head {
  /** The end of the head, its newline included. */
  readonly end: number;
  /** The entry, if the head has no frame. */
  readonly entry?: JournalEntry;
  readonly frame?: {
    readonly message: Omit<StoredMessage, 'frame'>;
    readonly time: number;
    readonly length: number;
    readonly checksum: string;
  };
}

/** The head that begins here, whatever its mark is, if it is to the bit what was written. */
const headAt = (bytes: Buffer, at: number): Head | undefined => {
  const end = bytes.indexOf(newline, at + headAfter);
  return end < 0 ? undefined : headBetween(bytes, at, end);
};

const headBetween = (bytes: Buffer, at: number, end: number): Head | undefined => {
  const text = bytes.toString('utf8', at + headAfter, end);
  return bytes.toString('latin1', at + 1, at + headAfter) === checksum(text) ? readHead(text, end + 1) : undefined;
};

type PutHead = readonly [number, number, number, string, string, string, string | null, string | null, number | null];

const readHead = (text: string, end: number): Head | undefined => {
  const head = parsed(text);
  if (head === undefined) return undefined;
  if (head[0] === '-') return { end, entry: { kind: 'remove', orders: head.slice(1) as number[] } };
  if (typeof head[0] !== 'number')
    return head[0] === 'unitlink' ? { end, entry: { kind: 'format', format: Number(head[1]) } } : { end };
  const [order, time, length, sum, txn, messageType, lane, coalesceKey, expiresAt] = head as PutHead;
  const message = {
    ...{ order, txn, messageType },
    ...(lane === null ? {} : { lane }),
    ...(coalesceKey === null ? {} : { coalesceKey }),
    ...(expiresAt === null ? {} : { expiresAt }),
  };
  return { end, frame: { message, time, length, checksum: sum } };
};

const parsed = (text: string): readonly unknown[] | undefined => {
  try {
    return JSON.parse(text) as readonly unknown[];
  } catch {
    return undefined;
  }
};

/** The head that was written here, where a single bit of it has changed since. */
const mendedHead = (bytes: Buffer, at: number): Head | undefined => {
  const found = bytes.indexOf(newline, at + headAfter);
  const end = Math.min(found < 0 ? bytes.length : found, at + headAfter + longestMended);
  // The newline itself: the head ends at one of the brackets.
  for (let last = at + headAfter; (last = bytes.indexOf(bracket, last) + 1) > 0 && last < end;) {
    const head = headBetween(bytes, at, last);
    if (head) return head;
  }
  if (found !== end) return undefined;
  const copy = Buffer.from(bytes.subarray(at, end));
  for (let byte = 1; byte < copy.length; byte++)
    for (let bit = 1; bit < 256; bit *= 2) {
      copy.writeUInt8(copy.readUInt8(byte) ^ bit, byte);
      const text = copy.toString('utf8', headAfter);
      if (copy.toString('latin1', 1, headAfter) === checksum(text)) return readHead(text, end + 1);
      copy.writeUInt8(copy.readUInt8(byte) ^ bit, byte);
    }
  return undefined;
};

/** A record ends in a newline; what has none was not written to its end, or is room that was never written to. */
const isUnfinished = (bytes: Buffer, at: number): boolean =>
  bytes.indexOf(newline, at) < 0 || bytes.subarray(at).every((byte) => byte === 0);

/** The start of the next record that can be read, or the end. */
const nextRecord = (bytes: Buffer, from: number): number => {
  for (let at = from; (at = bytes.indexOf(mark, at)) >= 0; at++) if (headAt(bytes, at)) return at;
  return bytes.length;
};

const txnsIn = (bytes: Buffer, at: number, end: number): readonly string[] => [
  ...new Set([...bytes.toString('utf8', at, end).matchAll(/"txn":"([^"\\]{1,128})"/g)].map(([, txn = '']) => txn)),
];
