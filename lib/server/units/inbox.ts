import { defer, finalize, type Observable, startWith, Subject } from 'rxjs';
import type { DashboardLog, LogEntry } from '../log.js';
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
  const { log, serverId, maxUnhandled, retryAfter, now, failed } = options;
  const [messages, notes] = [`units:${serverId}`, `units:${serverId}:handled`];
  const waiting = new Map<number, Waiting>();
  const coming$ = new Subject<UnitMessage>();
  const keeping = new Map<string, Promise<Kept>>();
  const kept = new RecentTxns();
  let bytes = 0;
  let handled = 0;
  let noted = 0;
  let timer: NodeJS.Timeout | undefined;

  const note = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (noted === handled) return;
    noted = handled;
    // A note that is lost means messages that are handled twice.
    await log.append(notes, { key: handler, value: handled, ts: now() }).catch(failed);
  };

  const done = (offset: number): void => {
    const one = waiting.get(offset);
    if (one === undefined || one.isDone) return;
    one.isDone = true;
    bytes -= one.bytes;
    for (const [first, { isDone }] of waiting) {
      if (!isDone) break;
      waiting.delete(first);
      handled = first;
    }
    timer ??= setTimeout(() => void note(), noteInterval);
  };

  const put = (offset: number, { header, data }: ReceivedMessage, size: number): void => {
    const { systemId, txn, createdAt } = header;
    const message: UnitMessage = {
      ...{ systemId, txn, createdAt, data },
      done: () => {
        done(offset);
      },
    };
    kept.add(txn);
    waiting.set(offset, { message, bytes: size, isDone: false });
    coming$.next(message);
  };

  const append = async (message: ReceivedMessage): Promise<Kept> => {
    const size = Buffer.byteLength(JSON.stringify(message));
    if (bytes + size > maxUnhandled || waiting.size >= log.keep) return { retryAfter };
    bytes += size;
    try {
      const { offset } = await log.append(messages, { value: message, ts: now() });
      put(offset, message, size);
      return 'safe';
    } catch (error) {
      bytes -= size;
      failed(error);
      return { retryAfter };
    }
  };

  const restore = async (): Promise<void> => {
    const [image, { latest }] = await Promise.all([log.read(messages), log.read(notes)]);
    handled = noted = latest.reduce<number>((most, { value }) => Math.max(most, Number(value)), 0);
    for (const entry of image.recent) if (entry.offset > handled) restoreOne(entry);
  };

  const restoreOne = ({ offset, value }: LogEntry): void => {
    const size = Buffer.byteLength(JSON.stringify(value));
    bytes += size;
    put(offset, value as ReceivedMessage, size);
  };

  await restore();
  let isHandled = false;
  return {
    keep: (message) => {
      const { txn } = message.header;
      if (kept.has(txn)) return Promise.resolve('safe');
      const attempt = keeping.get(txn) ?? append(message).finally(() => keeping.delete(txn));
      keeping.set(txn, attempt);
      return attempt;
    },
    message$: defer(() => {
      if (isHandled) throw new Error('message$ has a subscriber already');
      isHandled = true;
      const before = [...waiting.values()].filter(({ isDone }) => !isDone).map(({ message }) => message);
      return coming$.pipe(
        startWith(...before),
        finalize(() => {
          isHandled = false;
        }),
      );
    }),
    close: async () => {
      coming$.complete();
      await Promise.all(keeping.values());
      await note();
    },
  };
};
