import { defer, type Observable, startWith, Subject } from 'rxjs';
import { entryBytes } from '../entry-bytes.js';
import type { DashboardLog } from '../log.js';
import type { MessageQueue, MessageQueueOptions, QueuedMessage } from '../message-queue.js';
import { RecentTxns } from './recent-txns.js';

/** Dependencies of {@link openLogQueue}. */
export interface LogQueueOptions extends MessageQueueOptions {
  readonly log: DashboardLog;
  /** The topic of the messages in the log; what is handled is noted in another that begins with it. */
  readonly topic: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Waiting {
  readonly message: QueuedMessage;
  readonly bytes: number;
  isDone: boolean;
}

/** The time between two notes of what is handled, in milliseconds. */
const noteInterval = 100;
const handler = 'handled';

/** Opens a queue in a log that no other process uses, and reads from it what is not handled. */
export const openLogQueue = async (options: LogQueueOptions): Promise<MessageQueue> => {
  const queue = new LogQueue(options);
  await queue.restore();
  return queue;
};

class LogQueue implements MessageQueue {
  readonly #options: LogQueueOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #names = new RecentTxns();
  readonly #coming$ = new Subject<QueuedMessage>();
  #bytes = 0;
  #handled = 0;
  #noted = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LogQueueOptions) {
    this.#options = options;
  }

  get message$(): Observable<QueuedMessage> {
    return defer(() => {
      const before = [...this.#waiting.values()].filter(({ isDone }) => !isDone).map(({ message }) => message);
      return this.#coming$.pipe(startWith(...before));
    });
  }

  async append(value: unknown): Promise<boolean> {
    const { log, topic, maxUnhandled, now, nameOf } = this.#options;
    const name = nameOf(value);
    if (this.#names.has(name)) return true;
    const size = entryBytes(value);
    if (this.#bytes + size > maxUnhandled || this.#waiting.size >= log.keep) return false;
    this.#bytes += size;
    try {
      const { offset } = await log.append(topic, { value, ts: now() });
      this.#names.add(name);
      this.#put(offset, value, size);
      return true;
    } catch (error) {
      this.#bytes -= size;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#coming$.complete();
    await this.#note();
  }

  /** Reads the messages of an earlier run that were not handled. */
  async restore(): Promise<void> {
    const { log, topic, nameOf } = this.#options;
    const [image, { latest }] = await Promise.all([log.read(topic), log.read(this.#notes)]);
    this.#handled = this.#noted = latest.reduce<number>((most, { value }) => Math.max(most, Number(value)), 0);
    for (const { offset, value } of image.recent) {
      if (offset <= this.#handled) continue;
      const size = entryBytes(value);
      this.#bytes += size;
      this.#names.add(nameOf(value));
      this.#put(offset, value, size);
    }
  }

  get #notes(): string {
    return `${this.#options.topic}:handled`;
  }

  #put(offset: number, value: unknown, bytes: number): void {
    const done = (): void => {
      this.#done(offset);
    };
    const message: QueuedMessage = { value, done };
    this.#waiting.set(offset, { message, bytes, isDone: false });
    this.#coming$.next(message);
  }

  #done(offset: number): void {
    const one = this.#waiting.get(offset);
    if (one === undefined || one.isDone) return;
    one.isDone = true;
    this.#bytes -= one.bytes;
    for (const [first, { isDone }] of this.#waiting) {
      if (!isDone) break;
      this.#waiting.delete(first);
      this.#handled = first;
    }
    this.#timer ??= setTimeout(() => void this.#note(), noteInterval);
  }

  async #note(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#noted === this.#handled) return;
    this.#noted = this.#handled;
    const { log, now, failed } = this.#options;
    // A note that is lost means messages that are handled twice.
    await log.append(this.#notes, { key: handler, value: this.#handled, ts: now() }).catch(failed);
  }
}
