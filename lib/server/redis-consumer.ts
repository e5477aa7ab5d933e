import { randomUUID } from 'node:crypto';
import { isReplica, type RedisClient, type RedisConnections } from './redis-client.js';
import { RedisLink } from './redis-link.js';
import { readStreams, type StreamEntry } from './redis-replies.js';

/** The group of all processes that share a queue. */
export const handlers = 'handlers';

/** The longest wait of one read, in milliseconds. */
const blockTime = 1000;

/** Dependencies of {@link RedisConsumer}. */
export interface RedisConsumerOptions {
  readonly connections: RedisConnections;
  readonly stream: string;
  /** The time after which a message is taken over from a process that is gone, in milliseconds. */
  readonly claimAfter: number;
}

/** One process of the group: each entry of the stream goes to one of them, and to another one if that is gone. */
export class RedisConsumer {
  readonly #options: RedisConsumerOptions;
  readonly #name = randomUUID();
  readonly #link: RedisLink;
  #claimed = -Infinity;

  constructor(options: RedisConsumerOptions) {
    this.#options = options;
    this.#link = new RedisLink(options.connections);
  }

  /** Waits for entries, and returns at most so many; none if there were none in time. */
  async read(most: number): Promise<readonly StreamEntry[]> {
    const client = await this.#link.open();
    const abandoned = await this.#takeOver(client, most);
    if (abandoned.length > 0) return abandoned;
    const { stream, claimAfter } = this.#options;
    const wait = ['COUNT', String(most), 'BLOCK', String(Math.ceil(Math.min(blockTime, claimAfter / 3)))];
    const reply = await this.#withGroup(client, [
      'XREADGROUP',
      'GROUP',
      handlers,
      this.#name,
      ...wait,
      'STREAMS',
      stream,
      '>',
    ]);
    return readStreams(reply).flatMap(([, entries]) => entries);
  }

  /** Says that these are being handled, so that nobody takes them over; `idle` is the time for which they were not. */
  async hold(ids: readonly string[], idle = 0): Promise<void> {
    if (ids.length === 0) return;
    const client = await this.#link.open();
    const { stream } = this.#options;
    await this.#withGroup(client, [
      'XCLAIM',
      stream,
      handlers,
      this.#name,
      '0',
      ...ids,
      'IDLE',
      String(idle),
      'JUSTID',
    ]);
  }

  /** Ends its connection. */
  close(): void {
    this.#link.close();
  }

  /** Returns what a process that is gone has not handled; looks for it a few times in the time after which it may. */
  async #takeOver(client: RedisClient, most: number): Promise<readonly StreamEntry[]> {
    const { stream, claimAfter } = this.#options;
    if (performance.now() - this.#claimed < claimAfter / 3) return [];
    const claim = ['XAUTOCLAIM', stream, handlers, this.#name, String(claimAfter), '0-0', 'COUNT', String(most)];
    const [, entries] = (await this.#withGroup(client, claim)) as [string, (StreamEntry | null)[]];
    const found = entries.filter((entry) => entry !== null);
    if (found.length === 0) this.#claimed = performance.now();
    return found;
  }

  /** Sends a command; the group is made if Redis does not have it, also after it lost everything. */
  async #withGroup(client: RedisClient, command: string[]): Promise<unknown> {
    try {
      return await client.sendCommand(command);
    } catch (error) {
      if (isReplica(error)) this.close();
      if (!String(error).includes('NOGROUP')) throw error;
      const create = ['XGROUP', 'CREATE', this.#options.stream, handlers, '0', 'MKSTREAM'];
      await client.sendCommand(create).catch((cause: unknown) => {
        if (!String(cause).includes('BUSYGROUP')) throw cause;
      });
      return client.sendCommand(command);
    }
  }
}
