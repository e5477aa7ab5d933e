import { concatMap, defer, from, map, type Observable, startWith, Subject } from 'rxjs';
import type { LogEntry, LogImage, LogPosition } from './log.js';
import { placeOf } from './place-of.js';

interface TopicEntries {
  offset: number;
  recent: LogEntry[];
  /** The bytes of each of these, and of all. */
  sizes: number[];
  bytes: number;
  readonly latest: Map<string, LogEntry>;
}

/** Dependencies of {@link LogMemory}. */
export interface LogMemoryOptions {
  /** The number of entries of a topic that are kept. */
  readonly keep: number;
  /** The most bytes of them, the newest one of each key apart. */
  readonly keepBytes: number;
  readonly epoch: string;
  /** Called with each entry that is kept no more. */
  readonly dropped?: (entry: LogEntry) => void;
}

/** The entries of a log in memory: the newest ones of each topic, and the newest one of each key. */
export class LogMemory {
  readonly epoch: string;
  readonly #keep: number;
  readonly #keepBytes: number;
  readonly #dropped: ((entry: LogEntry) => void) | undefined;
  readonly #topics = new Map<string, TopicEntries>();
  readonly #appended$ = new Subject<string>();

  constructor({ keep, keepBytes, epoch, dropped }: LogMemoryOptions) {
    this.epoch = epoch;
    this.#keep = keep;
    this.#keepBytes = keepBytes;
    this.#dropped = dropped;
  }

  /** Adds an entry of so many bytes, whose offset is greater than those before it in its topic. */
  put(entry: LogEntry, bytes: number): void {
    const entries = this.#of(entry.topic);
    const { latest } = entries;
    const { key } = entry;
    entries.offset = entry.offset;
    entries.recent.push(entry);
    entries.sizes.push(bytes);
    entries.bytes += bytes;
    const before = key === undefined ? undefined : latest.get(key);
    if (key !== undefined && entry.value === undefined) latest.delete(key);
    else if (key !== undefined) latest.set(key, entry);
    if (before !== undefined && before.offset < (entries.recent[0]?.offset ?? 0)) this.#dropped?.(before);
    // Cutting off a tenth at a time, not one at each entry, which would move all of them.
    if (entries.recent.length > this.#keep * 1.1 || entries.bytes > this.#keepBytes) this.#cut(entries);
    this.#appended$.next(entry.topic);
  }

  position(topic: string): LogPosition {
    return { epoch: this.epoch, offset: this.#of(topic).offset };
  }

  read(topic: string): LogImage {
    const { latest, recent } = this.#of(topic);
    return { ...this.position(topic), latest: [...latest.values()], recent: recent.slice(-this.#keep) };
  }

  watch(start: ReadonlyMap<string, LogPosition>): Observable<LogEntry> {
    return defer(() => {
      const read = new Map([...start].map(([topic, { offset }]) => [topic, offset]));
      const unread = (topic: string): LogEntry[] => {
        const known = read.get(topic);
        if (known === undefined) return [];
        const { offset, recent } = this.#of(topic);
        read.set(topic, offset);
        return recent.slice(placeOf(recent, (entry) => entry.offset - known - 1));
      };
      return this.#appended$.pipe(
        map((topic) => [topic]),
        startWith([...start.keys()]),
        concatMap((changed) => from(changed.flatMap(unread))),
      );
    });
  }

  #cut(entries: TopicEntries): void {
    const { recent, latest, sizes } = entries;
    const goal = entries.bytes > this.#keepBytes ? this.#keepBytes * (7 / 8) : Infinity;
    let first = Math.max(recent.length - this.#keep, 0);
    for (const size of sizes.slice(0, first)) entries.bytes -= size;
    // The newest one stays, whatever its size.
    for (; entries.bytes > goal && first < recent.length - 1; first++) entries.bytes -= sizes[first] ?? 0;
    entries.recent = recent.slice(first);
    entries.sizes = sizes.slice(first);
    if (this.#dropped === undefined) return;
    for (const entry of recent.slice(0, first))
      if (entry.key === undefined || latest.get(entry.key) !== entry) this.#dropped(entry);
  }

  #of(topic: string): TopicEntries {
    const empty = { offset: 0, recent: [], sizes: [], bytes: 0, latest: new Map<string, LogEntry>() };
    const entries = this.#topics.get(topic) ?? empty;
    this.#topics.set(topic, entries);
    return entries;
  }
}
