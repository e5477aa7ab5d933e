import { MessageLogError, OptionError } from '../errors.js';
import { countOf, lineOf, WaitingEntries, type LogEntry } from './log-entries.js';
import { rotatingFile, type RotatingFile, type RotatingFileOptions } from './rotating-file.js';
import type { MessageLog } from './types.js';

/** Options of {@link fileMessageLog}. */
export interface FileMessageLogOptions {
  /**
   * The largest size of a file, in bytes.
   *
   * @defaultValue 10 MiB
   */
  readonly maxBytes?: number | undefined;
  /**
   * The number of files: `path`, `path.1` with what was written before that, and so on.
   *
   * @defaultValue 5
   */
  readonly maxFiles?: number | undefined;
  /**
   * The largest size of all that waits for the disk, in bytes; what comes while so much waits is not logged.
   *
   * @defaultValue 8 MiB
   */
  readonly maxWaiting?: number | undefined;
  /**
   * Called when the file cannot be written, once until it can be written again.
   *
   * @defaultValue does nothing
   */
  readonly onFailure?: ((error: MessageLogError) => void) | undefined;
  /**
   * Opens the file that is written to.
   *
   * @defaultValue the file system
   */
  readonly file?: ((options: RotatingFileOptions) => RotatingFile) | undefined;
}

/** A message log in a file. */
export interface FileMessageLog extends MessageLog {
  /** Opens the file now rather than at the first message; rejects with a {@link MessageLogError} if that fails. */
  readonly open: () => Promise<void>;
  /** Writes what waits and closes the file. */
  readonly close: () => Promise<void>;
}

/** The size of what is put into lines and written at a time, in bytes: between two writes the link has its turn. */
const batchSize = 16 * 1024;
/** The share of the time of the process that the log takes: what it then cannot keep up with is missing in it. */
const share = 0.1;

/**
 * Writes a line for every frame of a unit, `TX: ` and `RX: ` before its JSON, without its secrets, into files that only
 * the user can read. The link never waits for the disk: what cannot be written in time is counted, and the count
 * is written in its place as `# 12 messages are missing here`. Each unit needs a path of its own.
 *
 * @param path - The file. When it is full it is renamed to `path.1`.
 * @param options - Sizes, and the callback for failures.
 * @returns The log, for the option `messageLog` of `connectUnit`.
 * @throws {@link OptionError} if an option is not valid.
 *
 * @example
 * ```ts
 * const unit = connectUnit({ …, messageLog: fileMessageLog('/var/log/unit/messages.log') });
 * ```
 */
export const fileMessageLog = (path: string, options: FileMessageLogOptions = {}): FileMessageLog => {
  const { maxBytes = 10 * 1024 * 1024, maxFiles = 5, maxWaiting = 8 * 1024 * 1024 } = options;
  const { onFailure = () => undefined, file: openFile = rotatingFile } = options;
  if (path === '') throw new OptionError('path', '""', 'a text that is not empty');
  checkWhole('maxBytes', maxBytes, 1024);
  checkWhole('maxFiles', maxFiles, 1, 1000);
  checkWhole('maxWaiting', maxWaiting, 1024);

  const file = openFile({ path, maxBytes, maxFiles });
  const waiting = new WaitingEntries(maxWaiting);
  const rest = pause();
  let working: Promise<void> | undefined;
  let failing = false;
  let closing = false;

  const append = async (lines: readonly Buffer[]): Promise<boolean> => {
    try {
      await file.append(Buffer.concat(lines));
      failing = false;
      return true;
    } catch (error) {
      if (!failing) onFailure(new MessageLogError(path, error));
      failing = true;
      return false;
    }
  };
  const writeBatch = async (batch: readonly Written[]): Promise<void> => {
    const lost = await writeGroups(batch, maxBytes, append);
    if (lost > 0) waiting.lose(lost);
  };
  const work = async (): Promise<void> => {
    // At the end of the tick: the sender must not wait, and what else is sent in it is written with it.
    await new Promise((resolve) => setImmediate(resolve));
    do {
      const began = performance.now();
      const batch = waiting.take(batchSize).map(asWritten);
      const idle = (performance.now() - began) * (1 / share - 1);
      await writeBatch(batch);
      if (!waiting.isEmpty && !closing) await rest.wait(idle);
    } while (failing ? waiting.hasFrames : !waiting.isEmpty);
    working = undefined;
  };

  return {
    write: (direction, frame) => {
      waiting.add(direction, frame);
      working ??= work();
    },
    open: async () => {
      try {
        await file.open();
      } catch (error) {
        throw new MessageLogError(path, error);
      }
    },
    close: async () => {
      closing = true;
      rest.end();
      await working;
      closing = false;
      // What is left is a count of what could not be written: it is tried once more.
      if (!waiting.isEmpty) await writeBatch(waiting.take(batchSize).map(asWritten));
      await file.close();
    },
  };
};

/** An entry, and its line. */
interface Written {
  readonly entry: LogEntry;
  readonly line: Buffer;
}

const asWritten = (entry: LogEntry): Written => ({ entry, line: Buffer.from(lineOf(entry)) });

/** Appends a batch in groups that each fit into one file, and returns how many messages were lost. */
const writeGroups = async (
  batch: readonly Written[],
  maxBytes: number,
  append: (lines: readonly Buffer[]) => Promise<boolean>,
): Promise<number> => {
  let lost = 0;
  let group: Written[] = [];
  let size = 0;
  const flush = async () => {
    if (group.length > 0 && !(await append(group.map(({ line }) => line))))
      lost += countOf(group.map(({ entry }) => entry));
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
  return lost;
};

/** A wait that can be ended early. */
const pause = (): { readonly wait: (duration: number) => Promise<void>; readonly end: () => void } => {
  let end: () => void = () => undefined;
  return {
    wait: (duration) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, duration);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    end: () => {
      end();
    },
  };
};

const checkWhole = (option: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): void => {
  if (!Number.isInteger(value) || Number(value) < least || Number(value) > most)
    throw new OptionError(option, String(value), `a whole number from ${least} to ${most}`);
};
