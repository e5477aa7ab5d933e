import { constants } from 'node:fs';
import { open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeFormat } from './journal-record.js';
import { journalFileName, type JournalFile } from './read-journal.js';
import { syncDirectory } from './store-directory.js';

/** One file of a journal. */
export interface Segment {
  readonly name: string;
  readonly isDamaged: boolean;
  size: number;
  /** The messages in it that are kept. */
  readonly orders: Set<number>;
}

/** The size at which a file is ended and the next one begun. */
export const segmentBytes: number = 1024 * 1024;
/** The number of damaged files that are kept. */
const mostDamaged = 4;

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
const emptyBytes = Buffer.byteLength(encodeFormat());

/** The files of a journal, the oldest first; the last one is appended to. */
export class SegmentFiles {
  readonly #directory: string;
  readonly #segments: Segment[] = [];
  #handle: FileHandle | undefined; // of the last segment
  #number = 0; // of the latest file
  #isBroken = false; // the last segment may end in what was refused

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The oldest first. */
  get all(): readonly Segment[] {
    return this.#segments;
  }

  /** The size of all files, in bytes. */
  get bytes(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** Takes over files that were read; those of a newer version are set aside. */
  async adopt(files: readonly JournalFile[]): Promise<void> {
    for (const { name, end, isDamaged, refused } of files) {
      this.#number = Number.parseInt(name, 10);
      if (refused === undefined) this.#segments.push({ name, isDamaged, size: end, orders: new Set() });
      else if (refused.isNewer) await rename(join(this.#directory, name), join(this.#directory, `${name}.newer`));
    }
  }

  /** Opens the last file for appending, unless it is damaged. */
  async openLast(): Promise<void> {
    const last = this.#segments.at(-1);
    if (last === undefined || last.isDamaged) return;
    this.#handle = await open(this.#pathOf(last), O_RDWR | O_NOFOLLOW);
    // The beginning of what was not accepted must not lie before what will be.
    await this.#mend();
    await this.#handle.sync();
  }

  /** Begins a new file, which is appended to from then on. */
  async begin(): Promise<Segment> {
    const name = journalFileName(++this.#number);
    const segment: Segment = { name, isDamaged: false, size: emptyBytes, orders: new Set() };
    const begun = await open(this.#pathOf(segment), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      await begun.chmod(0o600); // whatever the umask
      await begun.writeFile(encodeFormat());
      await syncDirectory(this.#directory);
    } catch (cause) {
      await begun.close();
      await rm(this.#pathOf(segment), { force: true }).catch(() => undefined);
      throw cause;
    }
    await this.#handle?.close();
    this.#handle = begun;
    this.#segments.push(segment);
    return segment;
  }

  /** Appends to the last file, or to a new one, and returns the place; what fails leaves nothing behind. */
  async append(bytes: Buffer, sync: boolean): Promise<{ readonly segment: Segment; readonly at: number }> {
    if (this.#isBroken) await this.#mend();
    const last = this.#segments.at(-1);
    const segment = this.#handle && last && last.size < segmentBytes ? last : await this.begin();
    try {
      for (let done = 0; done < bytes.length;)
        done += (await this.#handle?.write(bytes, done, bytes.length - done, segment.size + done))?.bytesWritten ?? NaN;
      if (sync) await this.#handle?.datasync();
    } catch (cause) {
      this.#isBroken = true;
      await this.#mend().catch(() => undefined);
      throw cause;
    }
    const at = segment.size;
    segment.size += bytes.length;
    return { segment, at };
  }

  /** Reads one file whole. */
  async read(segment: Segment): Promise<Buffer> {
    await using file = await open(this.#pathOf(segment), O_NOFOLLOW);
    return await file.readFile();
  }

  /** Removes the oldest files that keep nothing any more, but never the last: a removal refers to what lies before it. */
  async removeEmpty(): Promise<void> {
    for (
      let [first] = this.#segments;
      first && this.#segments.length > 1 && first.orders.size === 0;
      [first] = this.#segments
    ) {
      await rm(this.#pathOf(first), { force: true });
      this.#segments.shift();
    }
  }

  /** Empties the last file, which keeps nothing. */
  async emptyLast(): Promise<void> {
    for (const last of this.#segments) last.size = emptyBytes;
    this.#isBroken = true;
    await this.#mend();
  }

  /** Calls `move` with each file but the last and then removes it; damaged ones are set aside. */
  async replaceOld(move: (segment: Segment) => Promise<void>): Promise<void> {
    const old = this.#segments.splice(0, this.#segments.length - 1);
    try {
      for (const segment of old) await move(segment);
    } catch (cause) {
      this.#segments.unshift(...old);
      throw cause;
    }
    for (const segment of old)
      if (segment.isDamaged) await rename(this.#pathOf(segment), `${this.#pathOf(segment)}.damaged`);
      else await rm(this.#pathOf(segment), { force: true });
    const aside = (await readdir(this.#directory)).filter((name) => name.endsWith('.damaged')).sort();
    for (const name of aside.slice(0, -mostDamaged)) await rm(join(this.#directory, name));
    await syncDirectory(this.#directory);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  #pathOf({ name }: Segment): string {
    return join(this.#directory, name);
  }

  /** Removes what was refused: it must not come back, even if the process ends at once. */
  async #mend(): Promise<void> {
    await this.#handle?.truncate(this.#segments.at(-1)?.size);
    this.#isBroken = false;
  }
}
