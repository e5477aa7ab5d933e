import { randomUUID } from 'node:crypto';
import { concatMap, defer, finalize, from, repeat, retry, throwError, timer, type Observable } from 'rxjs';
import { DashboardServerError } from './server-error.js';
import type { DashboardLog, LogEntry, LogPosition } from './log.js';
import { readImage, readStreamEntry, readStreams, type ReadReply } from './redis-replies.js';
import { appendScript, positionScript, readScript } from './redis-scripts.js';

/** How a log in Redis is named, and how much it keeps. */
export interface RedisLogOptions {
  /** What the names of all keys begin with, so that logs do not meet. Default: `unitlink`. */
  readonly prefix?: string;
  /** How many entries of a topic are kept at least. Default: 10,000. */
  readonly maxLength?: number;
}

/** As much of a client of `@redis/client` as the log needs. */
export interface RedisClient {
  /** Another client of the same server, not connected yet. */
  duplicate(): RedisClient;
  /** Tells of errors of the connection, which the client mends by itself. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Settles when it is connected. */
  connect(): Promise<unknown>;
  /** Settles with the reply of Redis to these words. */
  sendCommand(command: string[]): Promise<unknown>;
  /** Lets go of the connection at once. */
  destroy(): void;
}

/** How long one look for news lasts, in milliseconds; in between it is seen whether the log was begun anew. */
const look = 1000;
const waitAfterFailure = 200;

/**
 * A log in Redis, on streams: servers in any number of processes share it, and each resumes the dashboards of all. Takes
 * a URL, for which `@redis/client` has to be installed, or a client, whose connection is left alone. While Redis cannot
 * be reached everything waits for it; when its content is lost a new epoch begins.
 */
export const redisLog = (redis: string | RedisClient, options: RedisLogOptions = {}): DashboardLog => {
  const { prefix = 'unitlink', maxLength = 10_000 } = options;
  const open = new Set<RedisClient>();
  let commands: Promise<RedisClient> | undefined;

  // The braces keep all keys in one slot of a cluster, as a script needs it.
  const keyOf = (name: string): string => `{${prefix}}:${name}`;
  const keysOf = (topic: string): string[] => ['offset', 'log', 'latest'].map((kind) => keyOf(`${kind}:${topic}`));

  const connect = async (): Promise<RedisClient> => {
    const client = typeof redis === 'string' ? await newClient(redis) : redis.duplicate();
    open.add(client);
    // The client says so at every attempt to connect again, and goes on.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };

  const command = async (script: string, keys: readonly string[], args: readonly unknown[]): Promise<unknown> => {
    commands ??= connect();
    const all = [keyOf('epoch'), ...keys];
    const text = [...all, randomUUID(), ...args].map(String);
    return (await commands).sendCommand(['EVAL', script, String(all.length), ...text]);
  };

  const positionOf = (reply: unknown): LogPosition => {
    const [epoch, offset] = reply as [string, number];
    return { epoch, offset };
  };

  const watch = (after: ReadonlyMap<string, LogPosition>): Observable<LogEntry> =>
    defer(() => {
      const topics = [...after.keys()];
      const topicOf = new Map(topics.map((topic) => [keyOf(`log:${topic}`), topic]));
      const cursors = new Map([...after].map(([topic, { offset }]) => [topic, offset]));
      // One that waits for news answers nothing else.
      const reader = connect();
      let looked = 0;

      const checkEpoch = async (): Promise<void> => {
        if (performance.now() - looked < look) return;
        const epoch = await (await reader).sendCommand(['GET', keyOf('epoch')]);
        for (const position of after.values())
          if (position.epoch !== epoch) throw new NewEpochError('the log in Redis was begun anew');
        looked = performance.now();
      };

      const news = async (): Promise<LogEntry[]> => {
        await checkEpoch();
        const ids = topics.map((topic) => `${cursors.get(topic) ?? 0}-0`);
        const streams = ['COUNT', '1000', 'BLOCK', String(look), 'STREAMS', ...topicOf.keys(), ...ids];
        const reply = await (await reader).sendCommand(['XREAD', ...streams]);
        const entries = readStreams(reply).flatMap(([key, found]) =>
          found.map((entry) => readStreamEntry(topicOf.get(key) ?? '', entry)),
        );
        for (const { topic, offset } of entries) cursors.set(topic, offset);
        return entries;
      };

      return defer(news).pipe(
        concatMap((entries) => from(entries)),
        repeat(),
        retry({
          delay: (error: unknown) =>
            error instanceof NewEpochError ? throwError(() => error) : timer(waitAfterFailure),
        }),
        finalize(() => {
          void reader.then((client) => {
            open.delete(client);
            client.destroy();
          });
        }),
      );
    });

  return {
    keep: maxLength,
    append: async (topic, { key = '', value, ts }) => {
      const text = value === undefined ? '' : JSON.stringify(value);
      return positionOf(await command(appendScript, keysOf(topic), [ts, key, text, maxLength]));
    },
    position: async (topic) => positionOf(await command(positionScript, keysOf(topic), [])),
    read: async (topic) => readImage(topic, (await command(readScript, keysOf(topic), [maxLength])) as ReadReply),
    watch,
    close: () => {
      for (const client of open) client.destroy();
      open.clear();
      return Promise.resolve();
    },
  };
};

class NewEpochError extends DashboardServerError {}

const newClient = async (url: string): Promise<RedisClient> => {
  const { createClient } = await import('@redis/client').catch((cause: unknown) => {
    throw new DashboardServerError('a log in Redis needs the package @redis/client: npm install @redis/client', {
      cause,
    });
  });
  return createClient({ url });
};
