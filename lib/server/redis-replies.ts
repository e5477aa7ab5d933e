import type { LogEntry, LogImage } from './log.js';

/** An entry of a stream: its fields are names and values in turn. */
export type StreamEntry = readonly [id: string, fields: readonly string[]];

type Stream = readonly [key: string, entries: readonly StreamEntry[]];

/**
 * Reads the reply to `XREAD` by stream, in the order of the offsets: a list or, in newer versions of the wire protocol,
 * a map.
 */
export const readStreams = (reply: unknown): readonly Stream[] =>
  Array.isArray(reply) ? (reply as Stream[]) : Object.entries(reply ?? {});

/** The reply of the script for reading. */
export type ReadReply = readonly [
  epoch: string,
  offset: number,
  latest: readonly string[],
  newestFirst: readonly StreamEntry[],
];

const valueOf = (text: string): Pick<LogEntry, 'value' | 'unreadable'> => {
  try {
    return text === '' ? {} : { value: JSON.parse(text) as unknown };
  } catch {
    return { unreadable: true };
  }
};

/** Reads an entry of a stream. */
export const readStreamEntry = (topic: string, [id, fields]: StreamEntry): LogEntry => {
  const [, ts, , key = '', , value = ''] = fields;
  return { topic, offset: Number.parseInt(id, 10), ts: Number(ts), ...(key !== '' && { key }), ...valueOf(value) };
};

/** Reads an entry of the hash: offset, ts and value with a space between them. */
const readLatest = (topic: string, key: string, text: string): LogEntry => {
  const first = text.indexOf(' ');
  const second = text.indexOf(' ', first + 1);
  const [offset, ts] = [Number(text.slice(0, first)), Number(text.slice(first + 1, second))];
  return { topic, key, offset, ts, ...valueOf(text.slice(second + 1)) };
};

export const readImage = (topic: string, [epoch, offset, latest, newestFirst]: ReadReply): LogImage => ({
  epoch,
  offset,
  latest: latest
    .flatMap((key, index) => (index % 2 === 0 ? [readLatest(topic, key, latest[index + 1] ?? '')] : []))
    .filter(({ unreadable }) => unreadable !== true),
  recent: newestFirst
    .map((entry) => readStreamEntry(topic, entry))
    .filter(({ unreadable }) => unreadable !== true)
    .reverse(),
});
