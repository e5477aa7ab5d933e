import { maxEntry, writtenEntry } from './entry-bytes.js';
import { DashboardServerError } from './server-error.js';
import type { DashboardLog, LogPosition } from './log.js';
import type { DashboardTopic } from './topic.js';

export interface Publishing {
  publish(topic: string, entry: unknown, ts?: number): Promise<LogPosition>;
  remove(topic: string, key: string | number, ts?: number): Promise<LogPosition>;
}

/** Checks what is published and puts it into the log. */
export const publishTo = (
  topics: Readonly<Record<string, DashboardTopic>>,
  log: DashboardLog,
  now: () => number,
): Publishing => {
  const topicOf = (name: string): DashboardTopic => {
    const topic = Object.hasOwn(topics, name) ? topics[name] : undefined;
    if (topic === undefined)
      throw new DashboardServerError(
        `there is no topic ${name}; the server has ${Object.keys(topics).join(', ') || 'none'}`,
      );
    if (topic.source !== undefined)
      throw new DashboardServerError(`nothing can be published to ${name}: its entries come from its source`);
    return topic;
  };

  return {
    publish: async (name, given, ts = now()) => {
      const { keyOf, misfit } = topicOf(name);
      const { value, bytes } = writtenEntry(given);
      const wrong = misfit?.(value);
      if (wrong !== undefined) throw new DashboardServerError(`not published to ${name}: ${wrong}`);
      if (bytes === 0 || bytes > maxEntry)
        throw new DashboardServerError(`not published to ${name}: ${bytes} bytes of JSON, not 1 to ${maxEntry}`);
      return log.append(name, { value, ts, ...(keyOf !== undefined && { key: keyOf(value) }) });
    },
    remove: async (name, key, ts = now()) => {
      if (topicOf(name).keyOf === undefined)
        throw new DashboardServerError(`nothing can be removed from ${name}: its entries have no keys`);
      return log.append(name, { key: String(key), ts });
    },
  };
};
