import { setTimeout as sleep } from 'node:timers/promises';
import { concatMap, defer, finalize, from, repeat, retry, throwError, timer, type Observable } from 'rxjs';
import type { LogEntry, LogPosition } from './log.js';
import { isReplica, type RedisClient, type RedisConnections } from './redis-client.js';
import { RedisLink } from './redis-link.js';
import { readStreamEntry, readStreams } from './redis-replies.js';
import { epochScript } from './redis-scripts.js';
import { DashboardServerError } from './server-error.js';

/** The longest wait of one read for new entries, in milliseconds; the epoch is checked between two reads. */
const blockTime = 1000;
const retryWait = 200;
const never = -Infinity;
/** The wait after a read that brought entries, in milliseconds: those that follow at once come with one read. */
const gatherTime = 2;

/** Thrown where a topic cannot be continued, and has to be read again. */
class BrokenLogError extends DashboardServerError {}

/** Reads what is appended to the streams of some topics. */
class StreamReader {
  readonly #connections: RedisConnections;
  readonly #after: ReadonlyMap<string, LogPosition>;
  readonly #topicOf: ReadonlyMap<string, string>;
  readonly #offsets: Map<string, number>;
  readonly #link: RedisLink;
  #epochChecked = never;
  #wait = 0;

  constructor(connections: RedisConnections, after: ReadonlyMap<string, LogPosition>) {
    this.#connections = connections;
    this.#link = new RedisLink(connections, () => {
      this.#epochChecked = never;
    });
    this.#after = after;
    this.#topicOf = new Map([...after.keys()].map((topic) => [connections.keyOf(`log:${topic}`), topic]));
    this.#offsets = new Map([...after].map(([topic, { offset }]) => [topic, offset]));
  }

  /** Waits for entries, and returns them; none if there were none in time. */
  async read(): Promise<LogEntry[]> {
    const client = await this.#link.open();
    if (this.#wait > 0) await sleep(this.#wait);
    await this.#checkEpoch(client);
    const ids = [...this.#offsets.values()].map((offset) => `${offset}-0`);
    const streams = ['COUNT', '1000', 'BLOCK', String(blockTime), 'STREAMS', ...this.#topicOf.keys(), ...ids];
    const reply = await client.sendCommand(['XREAD', ...streams]);
    // The link was cut meanwhile, so that the reply may be that of a Redis which lacks what was read before.
    if (this.#epochChecked === never) return [];
    const entries = readStreams(reply).flatMap(([key, found]) =>
      found.map((entry) => readStreamEntry(this.#topicOf.get(key) ?? '', entry)),
    );
    for (const { topic, offset } of entries) {
      if (offset !== (this.#offsets.get(topic) ?? 0) + 1)
        throw new BrokenLogError(`entries of ${topic} in Redis were removed before they were read`);
      this.#offsets.set(topic, offset);
    }
    this.#wait = entries.length > 0 ? gatherTime : 0;
    return entries;
  }

  /** Closes the connection; the next read opens another. */
  close(): void {
    this.#link.close();
  }

  async #checkEpoch(client: RedisClient): Promise<void> {
    if (performance.now() - this.#epochChecked < blockTime) return;
    const epoch = await this.#connections.runOn(client, epochScript, [], []).catch((error: unknown) => {
      if (isReplica(error)) this.close();
      throw error;
    });
    for (const position of this.#after.values())
      if (position.epoch !== epoch) throw new BrokenLogError('the log in Redis has begun a new epoch');
    this.#epochChecked = performance.now();
  }
}

/** Emits the entries after these positions and all that follow; errors when the log begins a new epoch or has lost some of them. */
export const watchRedis = (
  connections: RedisConnections,
  after: ReadonlyMap<string, LogPosition>,
): Observable<LogEntry> =>
  defer(() => {
    const reader = new StreamReader(connections, after);
    return defer(() => reader.read()).pipe(
      concatMap((entries) => from(entries)),
      repeat(),
      retry({
        delay: (error: unknown) => (error instanceof BrokenLogError ? throwError(() => error) : timer(retryWait)),
      }),
      finalize(() => {
        reader.close();
      }),
    );
  });
