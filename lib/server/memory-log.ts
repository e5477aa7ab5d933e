import { randomUUID } from 'node:crypto';
import { entryBytes } from './entry-bytes.js';
import type { DashboardLog } from './log.js';
import { LogMemory } from './log-memory.js';

/** Options of {@link memoryLog}. */
export interface MemoryLogOptions {
  /**
   * The number of entries of a topic that are kept.
   *
   * @defaultValue 10,000
   */
  readonly keep?: number;
  /**
   * The most bytes of the entries of a topic that are kept, the newest one of each key apart. Beyond it the oldest ones go,
   * and dashboards that missed them get a snapshot.
   *
   * @defaultValue 64 MiB
   */
  readonly maxBytes?: number;
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
export const memoryLog = ({ keep = 10_000, maxBytes = 64 << 20 }: MemoryLogOptions = {}): DashboardLog => {
  const memory = new LogMemory({ keep, keepBytes: maxBytes, epoch: randomUUID() });
  return {
    ...{ keep, keepBytes: maxBytes },
    isShared: true,
    append: (topic, record) => {
      const { epoch, offset } = memory.position(topic);
      memory.put({ ...record, topic, offset: offset + 1 }, entryBytes(record.value) + (record.key?.length ?? 0));
      return Promise.resolve({ epoch, offset: offset + 1 });
    },
    position: (topic) => Promise.resolve(memory.position(topic)),
    read: (topic) => Promise.resolve(memory.read(topic)),
    watch: (after) => memory.watch(after),
    close: () => Promise.resolve(),
  };
};
