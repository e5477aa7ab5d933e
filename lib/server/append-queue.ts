import type { LogPosition, LogRecord } from './log.js';
import { DashboardServerError } from './server-error.js';

/** The most records, and characters of them, that go together. */
const maxRecords = 500;
const maxLength = 1 << 20;

/** Thrown where so much waits for the log that no more is taken: it is slow, or away. */
export class LogFullError extends DashboardServerError {
  /** The characters that wait. */
  readonly waiting: number;

  constructor(waiting: number) {
    super(`the log does not answer, and ${waiting} characters wait for it; nothing was appended, try again later`);
    this.waiting = waiting;
  }
}

interface Waiting {
  readonly record: LogRecord;
  readonly text: string;
  readonly resolve: (position: LogPosition) => void;
  readonly reject: (cause: unknown) => void;
}

/** A record with its value as JSON; empty if its key is removed. */
export interface WrittenRecord {
  readonly record: LogRecord;
  readonly text: string;
}

/** The characters of a record, with what waits along with it. */
const sizeOf = ({ record: { key = '' }, text }: WrittenRecord): number => text.length + key.length + 100;

/** Appends records, and resolves with the position of the last of them; those before have the offsets before. */
export type AppendAll = (records: readonly WrittenRecord[]) => Promise<LogPosition>;

/**
 * Appends the records of one topic in their order: a record that comes alone at once, those that come meanwhile together.
 * So one request carries what many publish at the same time.
 */
export class AppendQueue {
  readonly #appendAll: AppendAll;
  readonly #maxWaiting: number;
  #waiting: Waiting[] = [];
  /** The characters of those that are not answered. */
  #length = 0;
  #isBusy = false;

  /** Beyond `maxWaiting` characters of records that are not appended, further ones are refused. */
  constructor(appendAll: AppendAll, maxWaiting: number) {
    this.#appendAll = appendAll;
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Resolves with the position of the record.
   *
   * @throws {@link LogFullError} if too much waits; later records may be taken again
   */
  append(record: LogRecord): Promise<LogPosition> {
    return new Promise((resolve, reject) => {
      const text = record.value === undefined ? '' : JSON.stringify(record.value);
      const size = sizeOf({ record, text });
      if (this.#length > 0 && this.#length + size > this.#maxWaiting) {
        reject(new LogFullError(this.#length));
        return;
      }
      this.#length += size;
      this.#waiting.push({ record, text, resolve, reject });
      if (!this.#isBusy) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      const group = this.#take();
      try {
        const { epoch, offset } = await this.#appendAll(group);
        const first = offset - group.length + 1;
        for (const [index, { resolve }] of group.entries()) resolve({ epoch, offset: first + index });
      } catch (cause) {
        for (const { reject } of group) reject(cause);
      }
      for (const one of group) this.#length -= sizeOf(one);
    }
    this.#isBusy = false;
  }

  #take(): readonly Waiting[] {
    let length = 0;
    let count = 0;
    for (const { text } of this.#waiting) {
      length += text.length;
      if (count > 0 && (count >= maxRecords || length > maxLength)) break;
      count++;
    }
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return group;
  }
}
