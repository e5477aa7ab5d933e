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
/** The bytes of an entry in the log that are not its message, at most. */
const entryHead = 300;

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
  /** The bytes of all from the oldest one that is not handled, with those that are handled or on their way into the log. */
  #span = 0;
  /** The messages that are on their way into the log. */
  #appending = 0;
  #handled = 0;
  #noted = 0;
  /** Settles once no note is on its way. */
  #noting: Promise<unknown> = Promise.resolve();
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
    if (this.#bytes + size > maxUnhandled || !this.#staysIn(log, size)) return false;
    this.#bytes += size;
    this.#span += size;
    this.#appending++;
    try {
      const { offset } = await log.append(topic, { value, ts: now() });
      this.#names.add(name);
      this.#put(offset, value, size);
      return true;
    } catch (error) {
      this.#bytes -= size;
      this.#span -= size;
      throw error;
    } finally {
      this.#appending--;
    }
  }

  /** True if the log keeps all from the oldest message that is not handled, if one of this size comes to them. */
  #staysIn({ keep, keepBytes = Infinity }: DashboardLog, size: number): boolean {
    const count = this.#waiting.size + this.#appending;
    return count < keep && this.#span + size + entryHead * (count + 1) <= keepBytes * (7 / 8);
  }

  async close(): Promise<void> {
    this.#coming$.complete();
    await this.#noting; // it may fail
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
      this.#span += size;
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
    for (const [first, { isDone, bytes }] of this.#waiting) {
      if (!isDone) break;
      this.#waiting.delete(first);
      this.#span -= bytes;
      this.#handled = first;
    }
    this.#timer ??= setTimeout(() => void this.#note(), noteInterval);
  }

  async #note(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#noted !== this.#handled) this.#noting = Promise.all([this.#noting, this.#append(this.#handled)]);
    await this.#noting;
  }

  /** A note that is lost means messages that are handled twice, unless a later one, or that at the end, is not. */
  async #append(handled: number): Promise<void> {
    const { log, now, failed } = this.#options;
    const before = this.#noted;
    this.#noted = handled;
    try {
      await log.append(this.#notes, { key: handler, value: handled, ts: now() });
    } catch (error) {
      this.#noted = Math.min(this.#noted, before);
      failed(error);
    }
  }
}
