import { concatMap, defer, from, map, type Observable, startWith, Subject } from 'rxjs';
import type { LogEntry, LogImage, LogPosition } from './log.js';
import { placeOf } from './place-of.js';

interface TopicEntries {
  offset: number;
  recent: LogEntry[];
  readonly latest: Map<string, LogEntry>;
}

/** Dependencies of {@link LogMemory}. */
export interface LogMemoryOptions {
  /** The number of entries of a topic that are kept. */
  readonly keep: number;
  readonly epoch: string;
  /** Called with each entry that is kept no more. */
  readonly dropped?: (entry: LogEntry) => void;
}

/** The entries of a log in memory: the newest ones of each topic, and the newest one of each key. */
export class LogMemory {
  readonly epoch: string;
  readonly #keep: number;
  readonly #dropped: ((entry: LogEntry) => void) | undefined;
  readonly #topics = new Map<string, TopicEntries>();
  readonly #appended$ = new Subject<string>();

  constructor({ keep, epoch, dropped }: LogMemoryOptions) {
    this.epoch = epoch;
    this.#keep = keep;
    this.#dropped = dropped;
  }

  /** Adds an entry, whose offset is greater than those before it in its topic. */
  put(entry: LogEntry): void {
    const entries = this.#of(entry.topic);
    const { latest } = entries;
    const { key } = entry;
    entries.offset = entry.offset;
    entries.recent.push(entry);
    const before = key === undefined ? undefined : latest.get(key);
    if (key !== undefined && entry.value === undefined) latest.delete(key);
    else if (key !== undefined) latest.set(key, entry);
    if (before !== undefined && before.offset < (entries.recent[0]?.offset ?? 0)) this.#dropped?.(before);
    // Cutting off a tenth at a time, not one at each entry, which would move all of them.
    if (entries.recent.length > this.#keep * 1.1) this.#cut(entries);
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
    const { recent, latest } = entries;
    entries.recent = recent.slice(-this.#keep);
    if (this.#dropped === undefined) return;
    for (const entry of recent.slice(0, recent.length - this.#keep))
      if (entry.key === undefined || latest.get(entry.key) !== entry) this.#dropped(entry);
  }

  #of(topic: string): TopicEntries {
    const entries = this.#topics.get(topic) ?? { offset: 0, recent: [], latest: new Map<string, LogEntry>() };
    this.#topics.set(topic, entries);
    return entries;
  }
}
