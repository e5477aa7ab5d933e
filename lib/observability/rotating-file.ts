import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Path, size and number of the files. */
export interface RotatingFileOptions {
  /** The path of the file. */
  readonly path: string;
  /** The largest size of a file, in bytes. */
  readonly maxBytes: number;
  /** The number of files: `path`, `path.1` with what was written before that, and so on. */
  readonly maxFiles: number;
}

/** A file that is put aside when it is full. */
export interface RotatingFile {
  /** Opens the file, unless it is open. A missing file is made, with its directory, for the user alone. */
  readonly open: () => Promise<void>;
  /** Writes at its end, in whole or with an error. What does not fit goes into a new file, of which it is the start. */
  readonly append: (bytes: Uint8Array) => Promise<void>;
  /** Closes it; it may be opened again. */
  readonly close: () => Promise<void>;
}

const { O_APPEND, O_CREAT, O_RDWR } = constants;
const lineFeed = 0x0a;

/** A file for lines; after a torn line the next one begins on a line of its own. */
export const rotatingFile = ({ path, maxBytes, maxFiles }: RotatingFileOptions): RotatingFile => {
  let file: FileHandle | undefined;
  let size = 0;
  let torn = false; // the last line has no end, since a write failed or the process died in the middle of it

  const opened = async (): Promise<FileHandle> => {
    if (file !== undefined) return file;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await checkLink(path);
    // To read as well: to see how it ends, and because a pipe without a reader would otherwise block forever.
    const handle = await open(path, O_APPEND | O_CREAT | O_RDWR, 0o600);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new Error('not a regular file');
      if ((stat.mode & 0o777) !== 0o600) await handle.chmod(0o600);
      size = stat.size;
      torn = size > 0 && (await lastByte(handle, size)) !== lineFeed;
    } catch (error) {
      await handle.close();
      throw error;
    }
    return (file = handle);
  };
  const close = async (): Promise<void> => {
    const handle = file;
    file = undefined;
    await handle?.close();
  };
  const rotate = async (): Promise<void> => {
    await close();
    for (let age = maxFiles - 1; age > 0; age--)
      await rename(aged(path, age - 1), aged(path, age)).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    if (maxFiles === 1) await rm(path, { force: true });
  };

  const write = async (bytes: Uint8Array): Promise<void> => {
    await opened();
    const fits = size + bytes.length + Number(torn) <= maxBytes;
    if (!fits && size > 0) await rotate();
    const handle = await opened();
    const whole = torn ? Buffer.concat([Buffer.of(lineFeed), bytes]) : bytes;
    try {
      await handle.appendFile(whole);
    } catch (error) {
      await handle.truncate(size).catch(() => undefined); // a part of it may be there
      throw error;
    }
    torn = false;
    size += whole.length;
  };

  return {
    open: async () => {
      await opened();
    },
    append: async (bytes) => {
      try {
        await write(bytes);
      } catch (error) {
        // What is really there shows when it is opened again.
        await close().catch(() => undefined);
        throw error;
      }
    },
    close,
  };
};

/** A file that anybody could name by a link of their own would be written to, and closed to others. */
const checkLink = async (path: string): Promise<void> => {
  const link = await lstat(path).catch(() => undefined); // what is wrong shows when it is opened
  if (link?.isSymbolicLink() && link.uid !== process.geteuid?.() && link.uid !== 0)
    throw new Error('a link that belongs to another user');
};

const aged = (path: string, age: number): string => (age === 0 ? path : `${path}.${age}`);

const lastByte = async (handle: FileHandle, size: number): Promise<number | undefined> => {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0];
};

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
