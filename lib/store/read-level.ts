import { StoreError } from '../errors.js';
import { decodeRecord, messageRange, orderOf } from './record.js';
import type { Level, LevelBatch, LevelIterator, StoredMessage } from './types.js';

/** The format that this version writes and reads. */
const format = 1;

/** Writes the number of messages with every batch, so that a lost one is noticed. */
export const putLive = (batch: LevelBatch, count: number): unknown => batch.put('live', String(count));

/** The content of a database, and the part that cannot be read. */
export interface LevelContent {
  /** In order. */
  readonly messages: readonly StoredMessage[];
  readonly damage: StoreError | undefined;
}

/**
 * Reads a database. Records that cannot be read are moved to keys that begin with `x`: once reported they are out of the
 * way. Rejects with the code `CORRUPT`, `NEWER_FORMAT` or `FOREIGN`, and has changed nothing then.
 */
export const readLevel = async (path: string, level: Level): Promise<LevelContent> => {
  const found = await level.get('format');
  if (found === undefined) {
    await checkEmpty(path, level);
    const first = level.batch();
    first.put('format', JSON.stringify({ format }));
    putLive(first, 0);
    await first.write({ sync: true });
    return { messages: [], damage: undefined };
  }
  checkFormat(path, found);
  const live = Number((await level.get('live')) ?? NaN);
  const messages: StoredMessage[] = [];
  const bad: [string, string][] = [];
  for await (const [key, value] of entries(level.iterator(messageRange))) {
    const message = decodeRecord(key, value);
    if (message === undefined) bad.push([key, value]);
    else messages.push(message);
  }
  // More than that is a removal that was not on disk yet when the power went.
  if (!(messages.length + bad.length >= live)) {
    throw corrupt(path, `${messages.length + bad.length} of ${live} messages are left`);
  }
  return { messages, damage: bad.length === 0 ? undefined : await moveRecords(path, level, bad, messages.length) };
};

/** An error that says that nothing here can be trusted. */
const corrupt = (path: string, what: string): StoreError =>
  new StoreError(path, `is corrupt: ${what}`, { code: 'CORRUPT' });

const checkEmpty = async (path: string, level: Level): Promise<void> => {
  const iterator = level.iterator();
  const [first] = await iterator.nextv(1);
  await iterator.close();
  if (first !== undefined && first[0] !== 'live' && Number.isNaN(orderOf(first[0]))) {
    throw new StoreError(path, 'is a database of something else; it was left as it is', { code: 'FOREIGN' });
  }
  if (first !== undefined) throw corrupt(path, 'its format record is missing');
};

const checkFormat = (path: string, text: string): void => {
  const found = formatIn(text);
  if (found === undefined) throw corrupt(path, 'its format record cannot be read');
  if (found > format) {
    throw new StoreError(path, `has format ${found}, this version reads up to ${format}`, { code: 'NEWER_FORMAT' });
  }
};

const formatIn = (text: string): number | undefined => {
  try {
    const parsed = JSON.parse(text) as { format?: unknown } | null;
    return typeof parsed?.format === 'number' && parsed.format >= 1 ? parsed.format : undefined;
  } catch {
    return undefined;
  }
};

async function* entries(iterator: LevelIterator): AsyncGenerator<[string, string]> {
  try {
    for (let some = await iterator.nextv(1000); some.length > 0; some = await iterator.nextv(1000)) yield* some;
  } finally {
    await iterator.close();
  }
}

const moveRecords = async (path: string, level: Level, bad: [string, string][], left: number): Promise<StoreError> => {
  const moved = level.batch();
  for (const [key, value] of bad) {
    moved.put(`x${key}`, value);
    moved.del(key);
  }
  putLive(moved, left);
  await moved.write({ sync: true });
  const lost = bad.map(([key, value], at) => ({
    txn: /"txn":"([^"\\]{1,128})"/.exec(value)?.[1],
    order: orderOf(key),
    file: path,
    at,
  }));
  const what = `has ${bad.length} records that cannot be read: ${lost.map(({ txn, order }) => txn ?? `order ${order}`).join(', ')}`;
  return new StoreError(path, `${what}; the others go on, and these were kept under keys that begin with x`, {
    code: 'BAD_RECORDS',
    lost,
  });
};
