import type { LogPosition, LogRecord } from './log.js';

/** The most records, and characters of them, that go together. */
const maxRecords = 500;
const maxLength = 1 << 20;

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

/** Appends records, and resolves with the position of the last of them; those before have the offsets before. */
export type AppendAll = (records: readonly WrittenRecord[]) => Promise<LogPosition>;

/**
 * Appends the records of one topic in their order: a record that comes alone at once, those that come meanwhile together.
 * So one request carries what many publish at the same time.
 */
export class AppendQueue {
  readonly #appendAll: AppendAll;
  #waiting: Waiting[] = [];
  #isBusy = false;

  constructor(appendAll: AppendAll) {
    this.#appendAll = appendAll;
  }

  append(record: LogRecord): Promise<LogPosition> {
    return new Promise((resolve, reject) => {
      const text = record.value === undefined ? '' : JSON.stringify(record.value);
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
