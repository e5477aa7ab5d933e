import { randomUUID } from 'node:crypto';
import { defer, from, isObservable, type Observable, type Subscription, timeout } from 'rxjs';
import type { JsonObject } from '../protocol/read.js';
import { Channel } from './channel.js';
import { entryBytes, maxEntry, writtenEntry } from './entry-bytes.js';
import { RemovedRow } from './source-topic.js';
import { DashboardServerError } from './server-error.js';
import type { LogEntry } from './log.js';
import type { DashboardTopic, SnapshotSource, TopicSource } from './topic.js';

/** The time in which a snapshot must come, in milliseconds. */
const snapshotTimeout = 10_000;
/** The largest snapshot as JSON, in bytes. */
const maxSnapshot = 16 << 20;
/** The least number of entries that a page can have missed and resume. */
const keep = 10_000;

/** Dependencies of {@link SourceChannel}. */
export interface SourceChannelOptions {
  readonly name: string;
  readonly topic: DashboardTopic;
  readonly source: TopicSource;
  readonly params: JsonObject;
  readonly now: () => number;
  /** Called if the source fails. */
  readonly failed: (error: unknown) => void;
  /** Called with the error of an entry that cannot be used, and is left out. */
  readonly unusable: (error: unknown) => void;
}

/** A topic that is fed by a source of the app: numbers its entries, from 1 in an epoch of its own. */
export class SourceChannel {
  readonly channel: Channel;
  /** Settles once pages can be answered; rejects if there is no snapshot. */
  readonly ready: Promise<void>;
  readonly #options: SourceChannelOptions;
  readonly #epoch = randomUUID();
  #early: LogEntry[] | undefined = [];
  #earlyBytes = 0;
  #following: Subscription | undefined;
  #isClosed = false;

  constructor(options: SourceChannelOptions) {
    const { name, topic, now } = options;
    this.#options = options;
    const position = () => Promise.resolve({ epoch: this.#epoch, offset: this.channel.offset });
    this.channel = new Channel(name, topic, { keep, position }, now);
    this.ready = this.#start();
  }

  close(): void {
    this.#isClosed = true;
    this.#early = undefined;
    this.#following?.unsubscribe();
  }

  // Closing may happen while the snapshot is on its way, which the compiler cannot know.
  #hasClosed(): boolean {
    return this.#isClosed;
  }

  async #start(): Promise<void> {
    const { source, params, name } = this.#options;
    const opened = await source.open(params);
    const { snapshot, update$ }: SnapshotSource = isObservable(opened)
      ? { snapshot: () => [], update$: opened }
      : opened;
    if (this.#isClosed) return;
    this.#follow(update$);
    const all = await within(snapshot);
    let bytes = 0;
    const latest: LogEntry[] = [];
    for (const value of all) {
      bytes += entryBytes(value);
      if (bytes > maxSnapshot)
        throw new DashboardServerError(`the snapshot of ${name} has more than ${maxSnapshot} bytes of JSON`);
      const entry = this.#entryOf(value);
      if (entry !== undefined) latest.push({ ...entry, offset: latest.length + 1 });
    }
    if (this.#hasClosed()) return;
    this.channel.load({ epoch: this.#epoch, offset: latest.length, latest, recent: latest });
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const entry of early) this.#apply(entry);
  }

  #follow(update$: Observable<unknown>): void {
    this.#following = update$.subscribe({
      next: (value) => {
        const entry = this.#isClosed ? undefined : this.#entryOf(value);
        if (entry === undefined) return;
        if (this.#early === undefined) this.#apply(entry);
        else this.#keep(entry);
      },
      error: (error: unknown) => {
        this.#options.failed(error);
      },
    });
  }

  #apply(entry: LogEntry): void {
    this.channel.apply({ ...entry, offset: this.channel.offset + 1 });
  }

  /** Keeps what comes while the snapshot is on its way. */
  #keep(entry: LogEntry): void {
    this.#early?.push(entry);
    this.#earlyBytes += entryBytes(entry.value);
    if (this.#earlyBytes > maxSnapshot)
      this.#options.failed(new DashboardServerError(`more than ${maxSnapshot} bytes came before the snapshot`));
  }

  /** Returns the entry, with an offset to be set; undefined if it cannot be used. */
  #entryOf(given: unknown): LogEntry | undefined {
    const { name, topic, now, unusable } = this.#options;
    const at = { topic: name, offset: 0, ts: now() };
    if (given instanceof RemovedRow) return { ...at, key: given.key };
    try {
      const { value, bytes } = writtenEntry(given);
      const wrong = topic.misfit?.(value);
      if (wrong !== undefined) throw new DashboardServerError(`an entry of ${name}: ${wrong}`);
      if (bytes === 0 || bytes > maxEntry)
        throw new DashboardServerError(`an entry of ${name} has ${bytes} bytes of JSON, not 1 to ${maxEntry}`);
      return { ...at, value, ...(topic.keyOf !== undefined && { key: topic.keyOf(value) }) };
    } catch (error) {
      unusable(error);
      return undefined;
    }
  }
}

const within = (snapshot: SnapshotSource['snapshot']): Promise<Iterable<unknown>> =>
  new Promise((resolve, reject) => {
    defer(() => from(Promise.resolve(snapshot())))
      .pipe(timeout(snapshotTimeout))
      .subscribe({ next: resolve, error: reject });
  });
