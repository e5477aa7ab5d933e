import { MessageLogError, OptionError } from '../errors.js';
import { messageLine, type FrameDirection } from './message-line.js';
import { rotatingFile, type RotatingFile, type RotatingFileOptions } from './rotating-file.js';
import type { MessageLog } from './types.js';

/** What {@link fileMessageLog} takes besides the path. */
export interface FileMessageLogOptions {
  /** The largest size of a file, in bytes. Default 10 MiB. */
  readonly maxBytes?: number | undefined;
  /** How many files there are at most: `path`, `path.1` with what was written before that, and so on. Default 5. */
  readonly maxFiles?: number | undefined;
  /** How much may wait for the disk, in bytes; what comes while so much waits is not logged. Default 8 MiB. */
  readonly maxWaiting?: number | undefined;
  /** Told why the file cannot be written, once until it can be again. Default: nobody is told. */
  readonly onFailure?: ((error: MessageLogError) => void) | undefined;
  /** What writes the file. Default: the file system. */
  readonly file?: ((options: RotatingFileOptions) => RotatingFile) | undefined;
}

/** A message log in a file. */
export interface FileMessageLog extends MessageLog {
  /** Opens the file now rather than at the first message; rejects with a {@link MessageLogError} where that fails. */
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Something to be written: a frame, or how many were lost in this place. */
type Entry = { readonly direction: FrameDirection; readonly frame: string | Uint8Array } | { lost: number };

/** An entry, and how it is written. */
interface Written {
  readonly entry: Entry;
  readonly line: Buffer;
}

/** How much is put into lines and written at a time, in bytes: between two writes the link has its turn. */
const batchSize = 16 * 1024;
/** The log takes no more of the time of the process than this: what it then cannot keep up with is what is missing in it. */
const share = 0.1;
/** What an entry holds besides its frame, in bytes, about. */
const entrySize = 100;

/**
 * Writes a line for every frame of a unit, `TX: ` and `RX: ` before its JSON, without its secrets, into files that only
 * the user can read. The link never waits for the disk: what cannot be written in time is counted, and the count
 * stands in its place as `# 12 messages are missing here`.
 *
 * ```ts
 * const unit = connectUnit({ …, messageLog: fileMessageLog('/var/log/unit/messages.log') });
 * ```
 *
 * Each unit needs a path of its own.
 *
 * @throws OptionError
 */
export const fileMessageLog = (path: string, options: FileMessageLogOptions = {}): FileMessageLog => {
  const { maxBytes = 10 * 1024 * 1024, maxFiles = 5, maxWaiting = 8 * 1024 * 1024 } = options;
  const { onFailure = () => undefined, file: openFile = rotatingFile } = options;
  if (path === '') throw new OptionError('path', '""', 'a text that is not empty');
  checkWhole('maxBytes', maxBytes, 1024);
  checkWhole('maxFiles', maxFiles, 1, 1000);
  checkWhole('maxWaiting', maxWaiting, 1024);

  const file = openFile({ path, maxBytes, maxFiles });
  const waiting: Entry[] = [];
  let waitingBytes = 0;
  let working: Promise<void> | undefined;
  let failing = false;
  let closing = false;
  let wake: () => void = () => undefined;

  const failed = (cause: unknown): MessageLogError => new MessageLogError(path, cause);
  const put = async (lines: readonly Buffer[]): Promise<boolean> => {
    try {
      await file.append(Buffer.concat(lines));
      failing = false;
      return true;
    } catch (error) {
      if (!failing) onFailure(failed(error));
      failing = true;
      return false;
    }
  };
  const pause = (duration: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, duration);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const takeBatch = (): readonly Entry[] => {
    let bytes = 0;
    let count = 0;
    for (const entry of waiting) {
      if (bytes >= batchSize) break;
      bytes += sizeOf(entry);
      count++;
    }
    waitingBytes -= bytes;
    return waiting.splice(0, count);
  };
  const writeBatch = async (batch: readonly Written[]): Promise<void> => {
    let lost = 0;
    let group: Written[] = [];
    let size = 0;
    const flush = async () => {
      if (group.length > 0 && !(await put(group.map(({ line }) => line)))) lost += countOf(group);
      [group, size] = [[], 0];
    };
    for (const written of batch) {
      const { length } = written.line;
      if (size + length > maxBytes) await flush();
      // Alone it would be more than a file may hold.
      if (length > maxBytes) lost++;
      else {
        group.push(written);
        size += length;
      }
    }
    await flush();
    if (lost > 0) lose(waiting[0], lost, (gap) => waiting.unshift(gap));
  };
  const work = async (): Promise<void> => {
    // At the end of the turn: whoever sends is not to wait, and what else is sent in it goes along.
    await new Promise((resolve) => setImmediate(resolve));
    do {
      const began = performance.now();
      const batch = takeBatch().map(asWritten);
      const rest = (performance.now() - began) * (1 / share - 1);
      await writeBatch(batch);
      if (waiting.length > 0 && !closing) await pause(rest);
    } while (waiting.some((entry) => !failing || !('lost' in entry)));
    working = undefined;
  };

  return {
    write: (direction, frame) => {
      const entry = { direction, frame };
      if (waitingBytes + sizeOf(entry) > maxWaiting) lose(waiting.at(-1), 1, (gap) => waiting.push(gap));
      else {
        waiting.push(entry);
        waitingBytes += sizeOf(entry);
      }
      working ??= work();
    },
    open: async () => {
      try {
        await file.open();
      } catch (error) {
        throw failed(error);
      }
    },
    close: async () => {
      closing = true;
      wake();
      await working;
      closing = false;
      // What is left is a count of what could not be written: it is tried once more.
      if (waiting.length > 0) await writeBatch(takeBatch().map(asWritten));
      await file.close();
    },
  };
};

const sizeOf = (entry: Entry): number => ('lost' in entry ? 0 : entrySize + entry.frame.length);
const countOf = (group: readonly Written[]): number =>
  group.reduce((count, { entry }) => count + ('lost' in entry ? entry.lost : 1), 0);
const asWritten = (entry: Entry): Written => ({ entry, line: Buffer.from(lineOf(entry)) });
const lineOf = (entry: Entry): string =>
  'lost' in entry
    ? `# ${entry.lost} ${entry.lost === 1 ? 'message is' : 'messages are'} missing here\n`
    : messageLine(entry.direction, entry.frame);

const lose = (next: Entry | undefined, count: number, add: (entry: Entry) => void): void => {
  if (next !== undefined && 'lost' in next) next.lost += count;
  else add({ lost: count });
};

const checkWhole = (option: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): void => {
  if (!Number.isInteger(value) || Number(value) < least || Number(value) > most)
    throw new OptionError(option, String(value), `a whole number from ${least} to ${most}`);
};
