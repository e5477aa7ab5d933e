import { randomUUID } from 'node:crypto';
import { defer, from, mergeMap, type Observable } from 'rxjs';
import { fileStore } from '../store/file-store.js';
import type { Store, StoredMessage } from '../store/types.js';
import type { DashboardLog, LogEntry, LogPosition, LogRecord } from './log.js';
import { LogMemory, type LogMemoryOptions } from './log-memory.js';

/** Options of {@link fileLog}. */
export interface FileLogOptions {
  /**
   * The least number of entries of a topic that are kept.
   *
   * @defaultValue 10,000
   */
  readonly keep?: number;
  /**
   * The most bytes of the entries of a topic that are kept, in its files and in memory, the newest one of each key apart. Beyond
   * it the oldest ones go, and dashboards that missed them get a snapshot.
   *
   * @defaultValue 64 MiB
   */
  readonly maxBytes?: number;
}

/**
 * Returns a log in the files of a directory, for one process: what was appended outlives it, also a kill and a loss of
 * power. An entry counts as appended once its file is synced, with one sync for all of a turn. What is kept is in the memory
 * as well. On Node before 22.13 its lock needs the package `classic-level`.
 *
 * @example
 * ```ts
 * const log = fileLog('/var/lib/my-server/log');
 * const server = await serveUnits({ tls, log });
 * ```
 * @param path - The directory; it is made if it is missing
 * @param options - See {@link FileLogOptions}; all are optional
 * @returns The log, for the option `log` of `serveDashboards` and `serveUnits`
 * @throws `OptionError` for a path that is not valid
 */
export const fileLog = (path: string, options: FileLogOptions = {}): DashboardLog =>
  logInStore(fileStore(path), options);

/** Returns a log whose entries are the messages of a store. */
export const logInStore = (store: Store, options: FileLogOptions): DashboardLog => {
  const { keep = 10_000, maxBytes = 64 << 20 } = options;
  const bounds = { keep, keepBytes: maxBytes };
  let opening: Promise<OpenLog> | undefined;
  const opened = (): Promise<OpenLog> => (opening ??= OpenLog.open(store, bounds));
  return {
    ...bounds,
    append: async (topic, record) => (await opened()).append(topic, record),
    position: async (topic) => (await opened()).memory.position(topic),
    read: async (topic) => (await opened()).memory.read(topic),
    watch: (after): Observable<LogEntry> =>
      defer(() => from(opened())).pipe(mergeMap(({ memory }) => memory.watch(after))),
    close: async () => {
      const open = opening;
      opening = undefined;
      if (open === undefined) return;
      await open.catch(() => undefined);
      await store.close();
    },
  };
};

const entryType = 'entry';
const epochType = 'epoch';

/** An entry of the log with the order of its message in the store. */
type StoredEntry = LogEntry & { readonly order: number };

class OpenLog {
  readonly memory: LogMemory;
  readonly #store: Store;
  readonly #offsets = new Map<string, number>();
  readonly #orders = new Map<LogEntry, number>();
  #order: number;

  private constructor(store: Store, memory: LogMemory, order: number) {
    this.#store = store;
    this.memory = memory;
    this.#order = order;
  }

  static async open(store: Store, bounds: Pick<LogMemoryOptions, 'keep' | 'keepBytes'>): Promise<OpenLog> {
    const messages = await store.open();
    const order = messages.reduce((most, message) => Math.max(most, message.order), 0);
    // Of a log that lost entries nobody may resume: their offsets are given out again.
    const known =
      store.damage?.() === undefined ? messages.find(({ messageType }) => messageType === epochType) : undefined;
    const epoch = known?.frame ?? randomUUID();
    const dropped = (entry: LogEntry): void => {
      log.#forget(entry);
    };
    const log = new OpenLog(store, new LogMemory({ ...bounds, epoch, dropped }), order);
    if (known === undefined) await log.#putEpoch(epoch);
    for (const message of messages) for (const entry of readEntry(message)) log.#apply(entry, message.frame.length);
    return log;
  }

  async append(topic: string, record: LogRecord): Promise<LogPosition> {
    const offset = (this.#offsets.get(topic) ?? 0) + 1;
    this.#offsets.set(topic, offset);
    const entry: StoredEntry = { ...record, topic, offset, order: ++this.#order };
    const frame = JSON.stringify(entry);
    await this.#store.put([{ order: entry.order, txn: `${topic} ${offset}`, messageType: entryType, frame }]);
    this.#apply(entry, frame.length);
    return { epoch: this.memory.epoch, offset };
  }

  #apply({ order, ...entry }: StoredEntry, bytes: number): void {
    this.#offsets.set(entry.topic, Math.max(this.#offsets.get(entry.topic) ?? 0, entry.offset));
    this.#orders.set(entry, order);
    this.memory.put(entry, bytes);
  }

  async #putEpoch(epoch: string): Promise<void> {
    await this.#store.put([{ order: ++this.#order, txn: epochType, messageType: epochType, frame: epoch }]);
  }

  /** Removes an entry from the store; one that stays there in a crash is dropped again after it. */
  #forget(entry: LogEntry): void {
    const order = this.#orders.get(entry);
    this.#orders.delete(entry);
    if (order !== undefined) this.#store.remove([order]).catch(() => undefined);
  }
}

/** An entry of another version, or of another hand, is left alone. */
const readEntry = ({ messageType, frame }: StoredMessage): StoredEntry[] => {
  if (messageType !== entryType) return [];
  try {
    return [JSON.parse(frame) as StoredEntry];
  } catch {
    return [];
  }
};
