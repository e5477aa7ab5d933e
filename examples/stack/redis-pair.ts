import { createClient } from '@redis/client';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pause, type Running, start } from '../failover/programs.js';

/** When Redis syncs its file: with each answer, or once a second. */
export type Fsync = 'always' | 'everysec';

/** Options of {@link startRedisPair}. */
export interface RedisPairOptions {
  readonly directory: string;
  /** One for each of the two. */
  readonly ports: readonly [number, number];
  readonly fsync: Fsync;
}

/** A primary and its replica. Who connects has to find out which is which, as a load balancer does by `role:master`. */
export interface RedisPair extends AsyncDisposable {
  /** Ends the primary as a crash does, and starts it again with what it has on disk. */
  readonly restart: () => Promise<void>;
  /** Ends the primary as a crash does, has the replica take its place, and starts the other as a replica of that. */
  readonly failOver: () => Promise<void>;
}

/** Sends one command to the Redis at a port; rejects if nobody answers. */
export const askRedis = async (port: number, ...words: readonly string[]): Promise<string> => {
  const client = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.sendCommand<string>([...words]);
  } finally {
    client.destroy();
  }
};

/** True if the Redis at a port has read its file. */
export const isReady = (port: number): Promise<boolean> =>
  askRedis(port, 'PING').then(
    (answer) => answer === 'PONG',
    () => false,
  );

/** Options of {@link startRedis}. */
export interface RedisOptions {
  /** Made where it is not there; what it holds is read. */
  readonly directory: string;
  readonly port: number;
  readonly fsync: Fsync;
  /** Further words of its command line. */
  readonly more?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a Redis that keeps all in a file; resolves once it has read it. */
export const startRedis = async (options: RedisOptions): Promise<Running> => {
  const { directory: dir, port, fsync, more = [], env } = options;
  await mkdir(dir, { recursive: true });
  const kept = { port, bind: '127.0.0.1', dir, save: '', appendonly: 'yes', appendfsync: fsync };
  const settings = { ...kept, 'maxmemory-policy': 'noeviction', 'repl-diskless-sync-delay': 0 };
  const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return start('redis-server', [...words, ...more], () => isReady(port), env);
};

/** Starts two of them; the first one is the primary. */
export const startRedisPair = async ({ directory, ports, fsync }: RedisPairOptions): Promise<RedisPair> => {
  const startOne = (port: number, primary?: number): Promise<Running> => {
    const follows = primary === undefined ? [] : ['--replicaof', '127.0.0.1', `${primary}`];
    return startRedis({ directory: join(directory, `redis-${port}`), port, fsync, more: follows });
  };
  /** Until a failover loses nothing that is older than a moment. */
  const inStep = async (replica: number): Promise<void> => {
    while (!(await askRedis(replica, 'INFO', 'replication')).includes('master_link_status:up')) await pause(50);
  };
  let [primary, replica] = ports;
  const running = new Map([[primary, await startOne(primary)]]);
  const end = async (): Promise<void> => {
    for (const one of running.values()) await one[Symbol.asyncDispose]();
  };
  try {
    running.set(replica, await startOne(replica, primary));
    await inStep(replica);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    restart: async () => {
      await running.get(primary)?.[Symbol.asyncDispose]();
      running.set(primary, await startOne(primary));
      await inStep(replica);
    },
    failOver: async () => {
      await running.get(primary)?.[Symbol.asyncDispose]();
      await askRedis(replica, 'REPLICAOF', 'NO', 'ONE');
      [primary, replica] = [replica, primary];
      running.set(replica, await startOne(replica, primary));
      await inStep(replica);
    },
    [Symbol.asyncDispose]: end,
  };
};
