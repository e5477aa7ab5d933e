import type { WriteBatch } from './group-commit.js';
import { MessagePlaces } from './message-places.js';
import { encodePut, encodeRemovals } from './journal-record.js';
import type { JournalContent } from './read-journal.js';
import { segmentBytes, SegmentFiles, type Segment } from './segment-files.js';

/** A journal that is written to. */
export interface Journal {
  readonly write: WriteBatch;
  readonly close: () => Promise<void>;
}

/** The bytes of removed messages that may lie in the files, in addition to as many as are kept. */
const garbageBytes = 4 * 1024 * 1024;

/**
 * Continues a journal that was read: files to which messages and removals are appended. A file is removed once it and all
 * older ones keep nothing; a message that stays for long is written again at the end, so that the size of the files is
 * bounded. What is kept of a damaged journal is written to new files first. The lock of the store must be held.
 */
export const openJournal = async (directory: string, content: JournalContent, now: () => number): Promise<Journal> => {
  const files = new SegmentFiles(directory);
  const index = new MessagePlaces();
  let mayBeFull = true; // a write failed, or there was none yet

  /** An empty journal takes no room: so the disk is freed, also where it is full. */
  const startFresh = async (): Promise<void> => {
    await files.removeEmpty();
    await files.emptyLast();
    mayBeFull = false;
  };

  const append: WriteBatch = async (messages, removals) => {
    // Before anything is written: on a full disk, what is removed is the room for what comes.
    for (const order of removals) index.delete(order);
    const isFresh = index.size === 0 && (mayBeFull || files.bytes >= segmentBytes);
    await (isFresh ? startFresh() : files.removeEmpty());
    if (isFresh && messages.length === 0) return;
    const time = now();
    const puts = messages.map((message) => ({ order: message.order, ...encodePut(message, time) }));
    let text = '';
    for (const put of puts) text += put.text;
    if (!isFresh) text += encodeRemovals(removals);
    const { segment, at } = await files.append(Buffer.from(text), messages.length > 0);
    index.setAll(puts, segment, at);
  };

  const write: WriteBatch = async (messages, removals) => {
    try {
      await append(messages, removals);
    } catch (cause) {
      mayBeFull = true;
      throw cause;
    }
    await compact(files, index).catch(() => undefined); // tried again with the next batch
  };

  await adopt(files, index, content);
  if (index.size === 0) await startFresh().catch(() => undefined);
  return {
    write,
    close: async () => {
      if (index.size === 0) await startFresh().catch(() => undefined);
      await files.close();
    },
  };
};

/** Takes over the files and the messages that were read; a damaged journal is written to new files. */
const adopt = async (files: SegmentFiles, index: MessagePlaces, content: JournalContent): Promise<void> => {
  await files.adopt(content.files);
  const segments = new Map(files.all.map((segment) => [segment.name, segment]));
  for (const [order, { file, at, length }] of content.kept) {
    const segment = segments.get(file);
    if (segment) index.set(order, { segment, at, length });
  }
  await files.openLast();
  if (!files.all.some(({ isDamaged }) => isDamaged)) await files.removeEmpty().catch(() => undefined);
  else await rewrite(files, index, content).catch(() => undefined); // tried again at the next open
};

/** Writes all messages that are kept to new files. */
const rewrite = async (files: SegmentFiles, index: MessagePlaces, content: JournalContent): Promise<void> => {
  const bytesOf = new Map(content.files.map(({ name, bytes }) => [name, bytes]));
  await files.begin();
  await files.replaceOld((segment) => move(files, index, segment, bytesOf.get(segment.name) ?? Buffer.alloc(0)));
};

/** Removes the oldest files while too much of what lies in the files is not kept any more. */
const compact = async (files: SegmentFiles, index: MessagePlaces): Promise<void> => {
  const most = 2 * index.bytes + garbageBytes;
  for (let [oldest] = files.all; oldest && files.all.length > 1 && files.bytes > most; [oldest] = files.all) {
    await move(files, index, oldest, await files.read(oldest));
    await files.removeEmpty();
  }
};

/** Writes the messages that a file keeps again, at the end of the journal. */
const move = async (files: SegmentFiles, index: MessagePlaces, segment: Segment, file: Buffer): Promise<void> => {
  const kept = index.in(segment);
  if (kept.length === 0) return;
  const bytes = Buffer.concat(kept.map(({ at, length }) => file.subarray(at, at + length)));
  const moved = await files.append(bytes, true);
  index.setAll(kept, moved.segment, moved.at);
};
