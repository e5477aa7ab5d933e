import { createHash, randomUUID } from 'node:crypto';
import { DashboardServerError } from './server-error.js';

/** The part of a client of `@redis/client` that a log uses. */
export interface RedisClient {
  /** Returns another client of the same server, not connected yet. */
  duplicate(): RedisClient;
  /** Calls `listener` with errors of the connection, which the client repairs itself. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Settles when it is connected. */
  connect(): Promise<unknown>;
  /** Settles with the reply of Redis to these words. */
  sendCommand(command: string[]): Promise<unknown>;
  /** Ends the connection at once. */
  destroy(): void;
}

/** The connections of one log in Redis. */
export class RedisConnections {
  readonly #redis: string | RedisClient;
  readonly #prefix: string;
  readonly #open = new Set<RedisClient>();
  #commands: Promise<RedisClient> | undefined;

  constructor(redis: string | RedisClient, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Returns the key of a name. The braces keep all keys in one slot of a cluster, as a script needs it. */
  keyOf(name: string): string {
    return `{${this.#prefix}}:${name}`;
  }

  /** Opens a further connection, and calls `failed` whenever it is cut. */
  async connect(failed: () => void = () => undefined): Promise<RedisClient> {
    const client = typeof this.#redis === 'string' ? await newClient(this.#redis) : this.#redis.duplicate();
    this.#open.add(client);
    // The client reports each failed attempt to connect again, and continues.
    client.on('error', failed);
    try {
      await client.connect();
    } catch (error) {
      this.#open.delete(client);
      throw error;
    }
    return client;
  }

  /**
   * Runs a script on the connection for commands, and once more on another one where that leads to a replica, which changed
   * nothing; its first key is that of the epoch, its first argument a new one.
   */
  async run(script: string, keys: readonly string[], args: readonly unknown[]): Promise<unknown> {
    const client = await this.#commandClient();
    try {
      return await this.runOn(client, script, keys, args);
    } catch (error) {
      if (!isReplica(error)) throw error;
      this.#renew(client);
      return this.runOn(await this.#commandClient(), script, keys, args);
    }
  }

  /** Connects again for the commands that follow. */
  #renew(client: RedisClient): void {
    if (!this.#open.has(client)) return;
    this.#commands = undefined;
    this.release(client);
  }

  /** Runs a script on this connection, as {@link run} does. */
  async runOn(
    client: RedisClient,
    script: string,
    keys: readonly string[],
    args: readonly unknown[],
  ): Promise<unknown> {
    const all = [this.keyOf('epoch'), ...keys];
    const text = [String(all.length), ...all, randomUUID(), ...args.map(String)];
    try {
      return await client.sendCommand(['EVALSHA', digestOf(script), ...text]);
    } catch (error) {
      if (String(error).includes('NOSCRIPT')) return client.sendCommand(['EVAL', script, ...text]);
      throw error;
    }
  }

  /** One that could not be opened is tried again by the next command. */
  #commandClient(): Promise<RedisClient> {
    return (this.#commands ??= this.connect().catch((error: unknown) => {
      this.#commands = undefined;
      throw error;
    }));
  }

  /** Closes one connection. */
  release(client: RedisClient): void {
    this.#open.delete(client);
    client.destroy();
  }

  /** Closes all connections. */
  close(): void {
    for (const client of this.#open) client.destroy();
    this.#open.clear();
  }
}

/** A server that has become a replica stays one: the address leads to another by now. */
export const isReplica = (error: unknown): boolean => String(error).includes('READONLY');

const digests = new Map<string, string>();

/** Redis knows a script by its digest once it has run: sending the text each time would cost more than running it. */
const digestOf = (script: string): string => {
  const digest = digests.get(script) ?? createHash('sha1').update(script).digest('hex');
  digests.set(script, digest);
  return digest;
};

const newClient = async (url: string): Promise<RedisClient> => {
  const { createClient } = await import('@redis/client').catch((cause: unknown) => {
    throw new DashboardServerError('a log in Redis needs the package @redis/client: npm install @redis/client', {
      cause,
    });
  });
  return createClient({ url });
};
