import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError, type LostMessage } from '../errors.js';
import { journalFormat, readRecords } from './journal-record.js';
import { systemCode } from './system-code.js';
import type { StoredMessage } from './types.js';

/** A file of a journal, as it was read. */
export interface JournalFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** The end of the last whole record. */
  readonly end: number;
  /** True if a part of it cannot be read. */
  readonly isDamaged: boolean;
  /** The reason why all of it is left out. */
  readonly refused?: { readonly why: string; readonly isNewer: boolean };
}

/** A message, the time at which it was accepted, and its place. */
export interface Kept {
  readonly message: StoredMessage;
  /** In milliseconds since 1970. */
  readonly time: number;
  /** The name of the file. */
  readonly file: string;
  readonly at: number;
  readonly length: number;
}

/** All that a journal holds. */
export interface JournalContent {
  /** The oldest first. */
  readonly files: readonly JournalFile[];
  /** By order. */
  readonly kept: ReadonlyMap<number, Kept>;
  readonly lost: readonly LostMessage[];
}

/** The name of a file of a journal. */
export const journalFileName = (number: number): string => `${String(number).padStart(8, '0')}.journal`;

/** Reads a journal and changes nothing; with `isAside` the files that were set aside since a part cannot be read. */
export const readJournal = async (directory: string, isAside = false): Promise<JournalContent> => {
  const which = isAside ? /^\d{8}\.journal\.damaged$/ : /^\d{8}\.journal$/;
  const names = (await readdir(directory)).filter((name) => which.test(name)).sort();
  const files: JournalFile[] = [];
  const kept = new Map<number, Kept>();
  const lost = new Map<number | string, LostMessage>();
  for (const name of names) {
    const bytes = await bytesOf(join(directory, name));
    if (bytes === undefined) continue;
    const found = typeof bytes === 'string' ? [] : readRecords(bytes, name === names.at(-1));
    const newer = found.find(({ entry }) => entry?.kind === 'format' && entry.format > journalFormat)?.entry;
    if (typeof bytes === 'string' || newer?.kind === 'format') {
      const why =
        newer?.kind === 'format'
          ? `has format ${newer.format}, this version reads up to ${journalFormat}`
          : `cannot be read: ${String(bytes)}`;
      files.push({
        name,
        bytes: Buffer.alloc(0),
        end: 0,
        isDamaged: false,
        refused: { why, isNewer: newer !== undefined },
      });
      continue;
    }
    const tail = found.at(-1);
    files.push({
      ...{ name, bytes, end: tail ? tail.at + tail.length : 0 },
      isDamaged: found.some(({ damage }) => damage !== undefined),
    });
    for (const { at, length, entry, damage } of found) {
      if (entry?.kind === 'put') {
        kept.set(entry.message.order, { message: entry.message, time: entry.time, file: name, at, length });
        lost.delete(entry.message.order);
      } else if (entry?.kind === 'remove')
        for (const order of entry.orders) {
          kept.delete(order);
          lost.delete(order);
        }
      else if (damage?.order !== undefined) {
        const [txn] = damage.txns;
        if (!kept.has(damage.order)) lost.set(damage.order, { order: damage.order, txn, file: name, at });
      } else if (damage)
        for (const txn of damage.txns.length > 0 ? damage.txns : [undefined])
          lost.set(`${name} ${at} ${txn ?? ''}`, { order: undefined, txn, file: name, at });
    }
  }
  const txns = new Set([...kept.values()].map(({ message }) => message.txn));
  return { files, kept, lost: [...lost.values()].filter(({ txn }) => txn === undefined || !txns.has(txn)) };
};

/** The content of a file, undefined where it is gone, or why the disk refuses it. */
const bytesOf = async (path: string): Promise<Buffer | string | undefined> => {
  try {
    await using handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    return await handle.readFile();
  } catch (cause) {
    // While another process only reads, the unit that uses the store may remove the file.
    return systemCode(cause) === 'ENOENT' ? undefined : (cause as Error).message;
  }
};

/** The error that reports what cannot be read; undefined if all can. */
export const damageOf = (path: string, { files, lost }: JournalContent): StoreError | undefined => {
  const refused = files.flatMap(({ name, refused: reason }) => (reason ? [`its file ${name} ${reason.why}`] : []));
  const unreadable = lost.length === 0 ? [] : [`it has ${lost.length} messages that cannot be read: ${listed(lost)}`];
  const what = [...unreadable, ...refused];
  if (what.length === 0) return undefined;
  return new StoreError(
    path,
    `is not whole: ${what.join('; ')}; everything else goes on, and the damaged files were kept`,
    {
      code: files.some(({ refused: reason }) => reason?.isNewer) ? 'NEWER_FORMAT' : 'BAD_RECORDS',
      lost,
    },
  );
};

const mostListed = 20;

const listed = (lost: readonly LostMessage[]): string => {
  const texts = lost
    .slice(0, mostListed)
    .map(({ txn, file, at }) => txn ?? `one without a txn (at byte ${at} of ${file})`);
  return lost.length > mostListed ? `${texts.join(', ')} and ${lost.length - mostListed} more` : texts.join(', ');
};
