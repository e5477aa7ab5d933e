import { StoreError } from '../errors.js';
import { decodeRecord, messageRange, orderOf } from './record.js';
import type { Level, LevelBatch, LevelIterator, StoredMessage } from './types.js';

/** The format that this version writes and reads. */
const format = 1;

/** Writes how many messages there are, with every batch: that is how a lost one is noticed. */
export const putLive = (batch: LevelBatch, count: number): unknown => batch.put('live', String(count));

/**
 * What a database keeps, in order. Rejects with the code `CORRUPT`, `NEWER_FORMAT` or `FOREIGN` and has changed nothing
 * then, or with `BAD_RECORDS`: records that cannot be read were moved to keys that begin with `x`, once reported they
 * are out of the way.
 */
export const readLevel = async (path: string, level: Level, fresh: boolean): Promise<readonly StoredMessage[]> => {
  const found = await level.get('format');
  if (found === undefined) {
    await checkEmpty(path, level, fresh);
    const first = level.batch();
    first.put('format', JSON.stringify({ format }));
    putLive(first, 0);
    await first.write({ sync: true });
    return [];
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
  if (bad.length > 0) await moveRecords(path, level, bad, messages.length);
  return messages;
};

/** An error that says that nothing here can be trusted. */
export const corrupt = (path: string, what: string, cause?: unknown): StoreError =>
  new StoreError(path, `is corrupt: ${what}`, { code: 'CORRUPT', cause });

const checkEmpty = async (path: string, level: Level, fresh: boolean): Promise<void> => {
  const iterator = level.iterator();
  const [first] = await iterator.nextv(1);
  await iterator.close();
  if (first !== undefined && first[0] !== 'live' && Number.isNaN(orderOf(first[0]))) {
    throw new StoreError(path, 'is a database of something else; it was left as it is', { code: 'FOREIGN' });
  }
  if (first !== undefined || !fresh) throw corrupt(path, 'its format record is missing');
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

const moveRecords = async (path: string, level: Level, bad: [string, string][], left: number): Promise<never> => {
  const moved = level.batch();
  for (const [key, value] of bad) {
    moved.put(`x${key}`, value);
    moved.del(key);
  }
  putLive(moved, left);
  await moved.write({ sync: true });
  throw new StoreError(
    path,
    `has ${bad.length} records that cannot be read; they were set aside in it under keys that begin with x, ` +
      `open it again for the other ${left}`,
    { code: 'BAD_RECORDS' },
  );
};
