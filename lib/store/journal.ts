import { constants } from 'node:fs';
import { open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { WriteBatch } from './group-commit.js';
import { encodeFormat, encodePut, encodeRemovals } from './journal-record.js';
import { journalFileName, type JournalContent } from './read-journal.js';
import { syncDirectory } from './store-directory.js';

/** A journal that is written to. */
export interface Journal {
  readonly write: WriteBatch;
  readonly close: () => Promise<void>;
}

interface Segment {
  readonly name: string;
  readonly isDamaged: boolean;
  size: number;
  /** The messages in it that are kept. */
  readonly orders: Set<number>;
}

interface Place {
  readonly segment: Segment;
  readonly at: number;
  readonly length: number;
}

/** A file of this size is ended, and the next one begun; an empty journal of this size begins again in its file. */
const segmentBytes = 1024 * 1024;
/** So many bytes of messages that are gone may lie there, besides as many as are kept. */
const garbageBytes = 4 * 1024 * 1024;
/** So many damaged files are kept. */
const mostDamaged = 4;

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
const emptyBytes = Buffer.byteLength(encodeFormat());

/**
 * Goes on with a journal that was read: files to which messages and removals are appended. A file goes once it and all
 * older ones hold nothing that is kept; where a message stays for long, it is written again at the end, so that the files
 * are bounded. What is kept of a damaged journal is written to new files first. The lock of the store must be held.
 */
export const openJournal = async (directory: string, content: JournalContent, now: () => number): Promise<Journal> => {
  const segments: Segment[] = [];
  const index = new Map<number, Place>();
  let handle: FileHandle | undefined; // of the last segment
  let number = 0; // of the latest file
  let isBroken = false; // the last segment may end in what was refused
  let isFull = true; // the latest write failed, or there was none yet

  const pathOf = ({ name }: Segment): string => join(directory, name);
  const total = (): number => segments.reduce((sum, { size }) => sum + size, 0);
  const forget = (order: number): void => {
    index.get(order)?.segment.orders.delete(order);
    index.delete(order);
  };
  const note = (order: number, place: Place): void => {
    forget(order);
    index.set(order, place);
    place.segment.orders.add(order);
  };

  const begin = async (): Promise<Segment> => {
    const segment = { name: journalFileName(++number), isDamaged: false, size: emptyBytes, orders: new Set<number>() };
    const begun = await open(pathOf(segment), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      await begun.chmod(0o600); // whatever the umask
      await begun.writeFile(encodeFormat());
      await syncDirectory(directory);
    } catch (cause) {
      await begun.close();
      await rm(pathOf(segment), { force: true }).catch(() => undefined);
      throw cause;
    }
    await handle?.close();
    handle = begun;
    segments.push(segment);
    return segment;
  };

  /** What is refused must not come back, also where the process ends at once. */
  const mend = async (): Promise<void> => {
    await handle?.truncate(segments.at(-1)?.size);
    isBroken = false;
  };

  const append = async (bytes: Buffer, sync: boolean): Promise<Omit<Place, 'length'>> => {
    if (isBroken) await mend();
    const last = segments.at(-1);
    const segment = handle && last && last.size < segmentBytes ? last : await begin();
    try {
      for (let done = 0; done < bytes.length;)
        done += (await handle?.write(bytes, done, bytes.length - done, segment.size + done))?.bytesWritten ?? NaN;
      if (sync) await handle?.datasync();
    } catch (cause) {
      isBroken = true;
      await mend().catch(() => undefined);
      throw cause;
    }
    const at = segment.size;
    segment.size += bytes.length;
    return { segment, at };
  };

  /** Lets go of the oldest files that hold nothing any more; a removal speaks of what lies before it. */
  const drop = async (): Promise<void> => {
    for (let [first] = segments; first && segments.length > 1 && first.orders.size === 0; [first] = segments) {
      await rm(pathOf(first), { force: true });
      segments.shift();
    }
  };

  /** An empty journal takes no room: so the disk is freed, also where it is full. */
  const startFresh = async (): Promise<void> => {
    await drop();
    for (const last of segments) last.size = emptyBytes;
    isBroken = true;
    await mend();
    isFull = false;
  };

  /** Writes what is kept of a file again, at the end. */
  const move = async (segment: Segment, file: Buffer): Promise<void> => {
    const places = [...segment.orders].flatMap((order) => {
      const place = index.get(order);
      return place ? [{ order, at: place.at, length: place.length }] : [];
    });
    if (places.length === 0) return;
    const bytes = Buffer.concat(places.map(({ at, length }) => file.subarray(at, at + length)));
    const moved = await append(bytes, true);
    let { at } = moved;
    for (const { order, length } of places) {
      note(order, { segment: moved.segment, at, length });
      at += length;
    }
  };

  const clean = async (): Promise<void> => {
    let kept = 0;
    for (const { length } of index.values()) kept += length;
    for (
      let [oldest] = segments;
      oldest && segments.length > 1 && total() > 2 * kept + garbageBytes;
      [oldest] = segments
    ) {
      await using file = await open(pathOf(oldest), O_NOFOLLOW);
      await move(oldest, await file.readFile());
      await drop();
    }
  };

  const write: WriteBatch = async (messages, removals) => {
    try {
      // Before anything is written: on a full disk, what is gone is the room for what comes.
      for (const order of removals) forget(order);
      const isFresh = index.size === 0 && (isFull || total() >= segmentBytes);
      await (isFresh ? startFresh() : drop());
      if (isFresh && messages.length === 0) return;
      const time = now();
      const puts = messages.map((message) => encodePut(message, time));
      let text = '';
      for (const put of puts) text += put.text;
      const { segment, at: start } = await append(
        Buffer.from(text + encodeRemovals(isFresh ? [] : removals)),
        messages.length > 0,
      );
      let at = start;
      for (const [n, { order }] of messages.entries()) {
        const { length } = puts[n] ?? { length: 0 };
        note(order, { segment, at, length });
        at += length;
      }
      isFull = false;
    } catch (cause) {
      isFull = true;
      throw cause;
    }
    await clean().catch(() => undefined); // tried again with the next batch
  };

  const close = async (): Promise<void> => {
    if (index.size === 0) await startFresh().catch(() => undefined);
    await handle?.close();
  };

  /** Writes all that is kept to new files, and sets those aside that are damaged. */
  const rewrite = async (): Promise<void> => {
    await begin();
    const old = segments.splice(0, segments.length - 1);
    try {
      for (const segment of old) await move(segment, bytesOf.get(segment.name) ?? Buffer.alloc(0));
    } catch (cause) {
      segments.unshift(...old);
      throw cause;
    }
    for (const segment of old)
      if (segment.isDamaged) await rename(pathOf(segment), `${pathOf(segment)}.damaged`);
      else await rm(pathOf(segment), { force: true });
    const aside = (await readdir(directory)).filter((name) => name.endsWith('.damaged')).sort();
    for (const name of aside.slice(0, -mostDamaged)) await rm(join(directory, name), { force: true });
    await syncDirectory(directory);
  };

  const bytesOf = new Map(content.files.map(({ name, bytes }) => [name, bytes]));
  for (const { name, end, isDamaged, refused } of content.files) {
    number = Number.parseInt(name, 10);
    if (refused === undefined) segments.push({ name, isDamaged, size: end, orders: new Set() });
    else if (refused.isNewer) await rename(join(directory, name), join(directory, `${name}.newer`));
  }
  const segmentsByName = new Map(segments.map((segment) => [segment.name, segment]));
  for (const [order, { file, at, length }] of content.kept) {
    const segment = segmentsByName.get(file);
    if (segment) note(order, { segment, at, length });
  }
  const last = segments.at(-1);
  if (last && !last.isDamaged) {
    handle = await open(pathOf(last), O_RDWR | O_NOFOLLOW);
    // The beginning of what was not accepted must not lie before what will be.
    await mend();
    await handle.sync();
  }
  if (segments.some(({ isDamaged }) => isDamaged))
    await rewrite().catch(() => undefined); // tried again at the next open
  else await drop().catch(() => undefined);
  if (index.size === 0) await startFresh().catch(() => undefined);
  return { write, close };
};
