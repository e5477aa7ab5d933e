import { randomUUID } from 'node:crypto';
import { concatMap, defer, from, map, startWith, Subject, type Observable } from 'rxjs';
import type { DashboardLog, LogEntry, LogImage, LogPosition, LogRecord } from './log.js';

/** Options of {@link memoryLog}. */
export interface MemoryLogOptions {
  /**
   * The number of entries of a topic that are kept.
   *
   * @defaultValue 10,000
   */
  readonly keep?: number;
}

interface TopicLog {
  offset: number;
  recent: LogEntry[];
  readonly latest: Map<string, LogEntry>;
}

/**
 * Returns a log in the memory of this process. Servers that share one resume each other's dashboards.
 *
 * @example
 * ```ts
 * const log = memoryLog();
 * const topics = { units: stateTopic() };
 * const servers = [await serveDashboards({ topics, log }), await serveDashboards({ topics, log })];
 * ```
 * @param options - See {@link MemoryLogOptions}; all are optional
 */
export const memoryLog = ({ keep = 10_000 }: MemoryLogOptions = {}): DashboardLog => {
  const epoch = randomUUID();
  const topics = new Map<string, TopicLog>();
  const appended$ = new Subject<string>();

  const logOf = (topic: string): TopicLog => {
    const log = topics.get(topic) ?? { offset: 0, recent: [], latest: new Map<string, LogEntry>() };
    topics.set(topic, log);
    return log;
  };

  const append = (topic: string, record: LogRecord): LogPosition => {
    const log = logOf(topic);
    const entry: LogEntry = { ...record, topic, offset: ++log.offset };
    log.recent.push(entry);
    // Cutting off a tenth at a time, not one at each entry, which would move all of them.
    if (log.recent.length > keep * 1.1) log.recent = log.recent.slice(-keep);
    if (entry.key !== undefined && entry.value === undefined) log.latest.delete(entry.key);
    else if (entry.key !== undefined) log.latest.set(entry.key, entry);
    appended$.next(topic);
    return { epoch, offset: entry.offset };
  };

  const position = (topic: string): LogPosition => ({ epoch, offset: logOf(topic).offset });

  const read = (topic: string): LogImage => {
    const { latest, recent } = logOf(topic);
    return { ...position(topic), latest: [...latest.values()], recent: recent.slice(-keep) };
  };

  const after = ({ recent }: TopicLog, offset: number): LogEntry[] => {
    const [first] = recent;
    return first === undefined ? [] : recent.slice(Math.max(0, offset + 1 - first.offset));
  };

  const watch = (start: ReadonlyMap<string, LogPosition>): Observable<LogEntry> =>
    defer(() => {
      const read = new Map([...start].map(([topic, { offset }]) => [topic, offset]));
      const unread = (topic: string): LogEntry[] => {
        const known = read.get(topic);
        if (known === undefined) return [];
        const log = logOf(topic);
        read.set(topic, log.offset);
        return after(log, known);
      };
      return appended$.pipe(
        map((topic) => [topic]),
        startWith([...start.keys()]),
        concatMap((changed) => from(changed.flatMap(unread))),
      );
    });

  return {
    keep,
    append: (topic, record) => Promise.resolve(append(topic, record)),
    position: (topic) => Promise.resolve(position(topic)),
    read: (topic) => Promise.resolve(read(topic)),
    watch,
    close: () => Promise.resolve(),
  };
};
