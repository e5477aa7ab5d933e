import type { StoredMessage } from './types.js';

/** The keys of all messages lie in this range. */
export const messageRange = { gte: 'm', lt: 'n' } as const;

/** The key of a message, as wide as the largest safe integer so that keys sort as orders do. */
export const keyOf = (order: number): string => `m${String(order).padStart(16, '0')}`;

/** The order in a key; NaN when it is not the key of a message. */
export const orderOf = (key: string): number => (/^m\d{16}$/.test(key) ? Number(key.slice(1)) : NaN);

/** A message as it is written: its checksum, its header as JSON, and the frame on lines of its own, unescaped. */
export const encodeRecord = (key: string, message: StoredMessage): string => {
  const { txn, messageType, lane, coalesceKey, expiresAt, frame } = message;
  const header = `${JSON.stringify([txn, messageType, lane, coalesceKey, expiresAt])}\n`;
  return checksum(key, header, frame) + header + frame;
};

/** The message of an entry; undefined when it is not, to the bit, what was written under this key. */
export const decodeRecord = (key: string, value: string): StoredMessage | undefined => {
  const order = orderOf(key);
  const text = value.slice(8);
  if (Number.isNaN(order) || value.slice(0, 8) !== checksum(key, text)) return undefined;
  const end = text.indexOf('\n');
  const [txn, messageType, lane, coalesceKey, expiresAt] = JSON.parse(text.slice(0, end)) as Header;
  return {
    order,
    txn,
    messageType,
    frame: text.slice(end + 1),
    ...(lane === null ? {} : { lane }),
    ...(coalesceKey === null ? {} : { coalesceKey }),
    ...(expiresAt === null ? {} : { expiresAt }),
  };
};

type Header = readonly [string, string, string | null, string | null, number | null];

/** The checksum of these texts, one after the other: FNV-1a, 32 bits. It differs wherever a single bit does. */
export const checksum = (...texts: readonly string[]): string => {
  let hash = 0x811c9dc5;
  for (const text of texts) {
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
};
