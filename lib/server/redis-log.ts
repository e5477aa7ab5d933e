import { AppendQueue } from './append-queue.js';
import type { DashboardLog, LogPosition } from './log.js';
import { type RedisClient, RedisConnections } from './redis-client.js';
import { RedisQueue } from './redis-queue.js';
import { watchRedis } from './redis-reader.js';
import { readImage, type ReadReply } from './redis-replies.js';
import { appendScript, positionScript, readScript } from './redis-scripts.js';

/** Options of {@link redisLog}. */
export interface RedisLogOptions {
  /**
   * The prefix of all keys; two logs with different prefixes do not affect each other.
   *
   * @defaultValue `unitlink`
   */
  readonly prefix?: string;
  /**
   * The least number of entries of a topic that are kept, unless they are larger than `maxBytes`.
   *
   * @defaultValue 10,000
   */
  readonly maxLength?: number;
  /**
   * The most bytes of the entries of a topic that are kept, the newest one of each key apart. Beyond it the oldest ones go,
   * and dashboards that missed them get a snapshot.
   *
   * @defaultValue 64 MiB
   */
  readonly maxBytes?: number;
  /**
   * The most bytes of the entries of a topic that wait for Redis while it is slow or away. Beyond it publishing rejects with a
   * `DashboardServerError`, and units are asked to send again.
   *
   * @defaultValue 16 MiB
   */
  readonly maxWaiting?: number;
  /**
   * The time after which the messages of units that a process was handling are handled by another one, if nothing was heard
   * of that process, in milliseconds.
   *
   * @defaultValue 15,000
   */
  readonly claimAfter?: number;
  /**
   * The least number of messages of units that are remembered by their names, about 120 bytes each, and at most twice as
   * many: one of them that comes again, to whichever process, is kept once.
   *
   * @defaultValue 100,000
   */
  readonly remembered?: number;
}

/**
 * Returns a log in Redis, on streams: servers in any number of processes share it, and each resumes the dashboards of all
 * others. While Redis cannot be reached, everything waits for it; when its content is lost, a new epoch begins.
 *
 * @example
 * ```ts
 * const log = redisLog('redis://127.0.0.1:6379');
 * const server = await serveDashboards({ topics: { units: stateTopic() }, log });
 * ```
 * @param redis - A URL, for which `@redis/client` must be installed, or a client, whose own connection is not used
 * @param options - See {@link RedisLogOptions}; all are optional
 */
export const redisLog = (redis: string | RedisClient, options: RedisLogOptions = {}): DashboardLog => {
  const { prefix = 'unitlink', maxLength = 10_000, maxBytes = 64 << 20 } = options;
  const { claimAfter = 15_000, remembered = 100_000, maxWaiting = 16 << 20 } = options;
  const connections = new RedisConnections(redis, prefix);
  const keysOf = (topic: string): string[] =>
    ['offset', 'log', 'latest', 'size'].map((kind) => connections.keyOf(`${kind}:${topic}`));
  const queues = new Map<string, AppendQueue>();
  const queueOf = (topic: string): AppendQueue => {
    const queue =
      queues.get(topic) ??
      new AppendQueue(async (records) => {
        const args = records.flatMap(({ record: { ts, key = '' }, text }) => [ts, key, text]);
        return positionOf(await connections.run(appendScript, keysOf(topic), [maxLength, maxBytes, ...args]));
      }, maxWaiting);
    queues.set(topic, queue);
    return queue;
  };
  return {
    keep: maxLength,
    isShared: true,
    append: (topic, record) => queueOf(topic).append(record),
    position: async (topic) => positionOf(await connections.run(positionScript, keysOf(topic), [])),
    read: async (topic) =>
      readImage(topic, (await connections.run(readScript, keysOf(topic), [maxLength])) as ReadReply),
    watch: (after) => watchRedis(connections, after),
    openQueue: (name, more) =>
      Promise.resolve(new RedisQueue({ ...more, connections, name, claimAfter, remembered, maxWaiting })),
    close: () => {
      connections.close();
      return Promise.resolve();
    },
  };
};

const positionOf = (reply: unknown): LogPosition => {
  const [epoch, offset] = reply as [string, number];
  return { epoch, offset };
};
