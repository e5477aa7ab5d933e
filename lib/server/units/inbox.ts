import { defer, finalize, map, type Observable } from 'rxjs';
import { entryBytes } from '../entry-bytes.js';
import type { DashboardLog } from '../log.js';
import type { MessageQueue } from '../message-queue.js';
import { openLogQueue } from './log-queue.js';
import { messageName } from './message-name.js';
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
  /** The most bytes of messages that wait to be handled, and of those that wait to be kept. */
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

/** The time that a log has to keep a message, in milliseconds: a unit drops what nobody answers. */
const keepTimeout = 3000;

/** Opens the queue of the messages in the log: that of all processes that share it, or one of this process. */
export const openInbox = async (options: InboxOptions): Promise<Inbox> => {
  const { log, serverId } = options;
  const named = { ...options, nameOf: (value: unknown) => messageName(value as ReceivedMessage) };
  const queue = await (log.openQueue?.('units', named) ?? openLogQueue({ ...named, topic: `units:${serverId}` }));
  return new QueueInbox(queue, options);
};

/** A message that is on its way into the log. */
interface Keeping {
  /** By `performance.now()`. */
  readonly since: number;
  readonly kept: Promise<Kept>;
  readonly answer: (kept: Kept) => void;
}

class QueueInbox implements Inbox {
  readonly #queue: MessageQueue;
  readonly #options: InboxOptions;
  readonly #keeping = new Map<string, Keeping>();
  readonly #sweeping: NodeJS.Timeout;
  #bytes = 0;
  #hasSubscriber = false;

  constructor(queue: MessageQueue, options: InboxOptions) {
    this.#queue = queue;
    this.#options = options;
    this.#sweeping = setInterval(() => {
      this.#answerLate();
    }, keepTimeout / 3);
  }

  readonly keep = (message: ReceivedMessage): Promise<Kept> => {
    const name = messageName(message);
    const known = this.#keeping.get(name);
    if (known !== undefined) return known.kept;
    const size = entryBytes(message);
    const { maxUnhandled, retryAfter } = this.#options;
    if (this.#bytes + size > maxUnhandled) return Promise.resolve({ retryAfter });
    const { promise, answer } = promised();
    this.#keeping.set(name, { since: performance.now(), kept: promise, answer });
    this.#bytes += size;
    void this.#append(message).then((kept) => {
      this.#bytes -= size;
      this.#keeping.delete(name);
      answer(kept);
    });
    return promise;
  };

  get message$(): Observable<UnitMessage> {
    return defer(() => {
      if (this.#hasSubscriber) throw new Error('message$ has a subscriber already');
      this.#hasSubscriber = true;
      return this.#queue.message$.pipe(
        map(({ value, done }) => {
          const { header, data } = value as ReceivedMessage;
          const { systemId, txn, createdAt } = header;
          return { systemId, txn, createdAt, data, done };
        }),
        finalize(() => {
          this.#hasSubscriber = false;
        }),
      );
    });
  }

  readonly close = async (): Promise<void> => {
    await Promise.all([...this.#keeping.values()].map(({ kept }) => kept));
    clearInterval(this.#sweeping);
    await this.#queue.close();
  };

  async #append(message: ReceivedMessage): Promise<Kept> {
    const { retryAfter, failed } = this.#options;
    try {
      return (await this.#queue.append(message)) ? 'safe' : { retryAfter };
    } catch (error) {
      failed(error);
      return { retryAfter };
    }
  }

  /** Asks units to send again what a slow log has not kept yet; once it has, that counts as sent twice. */
  #answerLate(): void {
    const { retryAfter } = this.#options;
    for (const { since, answer } of this.#keeping.values()) {
      if (performance.now() - since < keepTimeout) break;
      answer({ retryAfter });
    }
  }
}

/** Only the first answer counts. */
const promised = (): { readonly promise: Promise<Kept>; readonly answer: (kept: Kept) => void } => {
  let answer: (kept: Kept) => void = () => undefined;
  const promise = new Promise<Kept>((resolve) => {
    answer = resolve;
  });
  return { promise, answer };
};
