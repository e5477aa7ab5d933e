import { defer, finalize, type Observable, startWith, Subject } from 'rxjs';
import { entryBytes } from '../entry-bytes.js';
import type { DashboardLog } from '../log.js';
import { RecentTxns } from './recent-txns.js';
import type { Kept } from './replies.js';
import type { ReceivedMessage } from './unit-server-events.js';

/** A message of a unit that is in the log. */
export interface UnitMessage {
  /** The unit that sent it. */
  readonly systemId: string;
  /** Names the message, the same each time that it is handled. */
  readonly txn: string;
  /** The time at which it was made, as on the wire. */
  readonly createdAt: string;
  /** The data of the message. */
  readonly data: ReceivedMessage['data'];
  /** Marks it as handled. A message that is not comes again after a restart, and counts against the bounds until then. */
  readonly done: () => void;
}

/** Dependencies of {@link openInbox}. */
export interface InboxOptions {
  readonly log: DashboardLog;
  /** The names of the topics in the log begin with this. */
  readonly serverId: string;
  /** The most bytes of messages that wait to be handled. */
  readonly maxUnhandled: number;
  /** The wait that a unit is asked for while a message cannot be kept, in milliseconds. */
  readonly retryAfter: number;
  readonly now: () => number;
  /** Called with the error for which a message was not kept. */
  readonly failed: (error: unknown) => void;
}

/** The messages of all units, on their way through the log to the app. */
export interface Inbox {
  /** Puts a message into the log; resolves once it is there, or with the time until the unit is to try again. */
  readonly keep: (message: ReceivedMessage) => Promise<Kept>;
  /** Emits what is in the log and not handled, then what comes; for one subscriber at a time. */
  readonly message$: Observable<UnitMessage>;
  /** Writes down what is handled. */
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly message: UnitMessage;
  readonly bytes: number;
  isDone: boolean;
}

/** The time between two notes of what is handled, in milliseconds. */
const noteInterval = 100;
const handler = 'handled';

/** Reads what is not handled from the log, and keeps what comes. */
export const openInbox = async (options: InboxOptions): Promise<Inbox> => {
  const inbox = new LogInbox(options);
  await inbox.restore();
  return inbox;
};

class LogInbox implements Inbox {
  readonly #options: InboxOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #coming$ = new Subject<UnitMessage>();
  readonly #keeping = new Map<string, Promise<Kept>>();
  readonly #kept = new RecentTxns();
  #bytes = 0;
  #handled = 0;
  #noted = 0;
  #hasSubscriber = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  readonly keep = (message: ReceivedMessage): Promise<Kept> => {
    const { txn } = message.header;
    if (this.#kept.has(txn)) return Promise.resolve('safe');
    const attempt = this.#keeping.get(txn) ?? this.#append(message).finally(() => this.#keeping.delete(txn));
    this.#keeping.set(txn, attempt);
    return attempt;
  };

  get message$(): Observable<UnitMessage> {
    return defer(() => {
      if (this.#hasSubscriber) throw new Error('message$ has a subscriber already');
      this.#hasSubscriber = true;
      const before = [...this.#waiting.values()].filter(({ isDone }) => !isDone).map(({ message }) => message);
      return this.#coming$.pipe(
        startWith(...before),
        finalize(() => {
          this.#hasSubscriber = false;
        }),
      );
    });
  }

  readonly close = async (): Promise<void> => {
    this.#coming$.complete();
    await Promise.all(this.#keeping.values());
    await this.#note();
  };

  /** Reads the messages of an earlier run that were not handled. */
  async restore(): Promise<void> {
    const { log } = this.#options;
    const [image, { latest }] = await Promise.all([log.read(this.#messages), log.read(this.#notes)]);
    this.#handled = this.#noted = latest.reduce<number>((most, { value }) => Math.max(most, Number(value)), 0);
    for (const { offset, value } of image.recent) {
      if (offset <= this.#handled) continue;
      const size = entryBytes(value);
      this.#bytes += size;
      this.#put(offset, value as ReceivedMessage, size);
    }
  }

  get #messages(): string {
    return `units:${this.#options.serverId}`;
  }

  get #notes(): string {
    return `${this.#messages}:handled`;
  }

  async #append(message: ReceivedMessage): Promise<Kept> {
    const { log, maxUnhandled, retryAfter, now, failed } = this.#options;
    const size = entryBytes(message);
    if (this.#bytes + size > maxUnhandled || this.#waiting.size >= log.keep) return { retryAfter };
    this.#bytes += size;
    try {
      const { offset } = await log.append(this.#messages, { value: message, ts: now() });
      this.#put(offset, message, size);
      return 'safe';
    } catch (error) {
      this.#bytes -= size;
      failed(error);
      return { retryAfter };
    }
  }

  #put(offset: number, { header, data }: ReceivedMessage, size: number): void {
    const { systemId, txn, createdAt } = header;
    const done = (): void => {
      this.#done(offset);
    };
    const message: UnitMessage = { systemId, txn, createdAt, data, done };
    this.#kept.add(txn);
    this.#waiting.set(offset, { message, bytes: size, isDone: false });
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
