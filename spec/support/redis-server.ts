import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { freePort } from '../../examples/failover/programs.js';

/** A Redis of one's own, that keeps nothing but what is saved. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** Keeps what it has by now for the next start. */
  save(): Promise<void>;
  /** Ends it and starts a new one in its place, with what was saved, or empty. */
  restart(): Promise<void>;
  /** Ends it. */
  stop(): Promise<void>;
  /** Lets it answer nothing, and again. */
  suspend(on: boolean): void;
}

const start = async (port: number, directory: string): Promise<ChildProcess> => {
  const options = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: directory };
  const child = spawn(
    'redis-server',
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const failed = once(child, 'error').then(([cause]) => {
    throw new Error('these specs need the program redis-server: install Redis 6.2 or later', { cause });
  });
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`redis-server ended with ${String(code)}`);
  });
  gone.catch(() => undefined);
  const ready = new Promise((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve(undefined);
    });
  });
  await Promise.race([ready, failed, gone]);
  failed.catch(() => undefined);
  return child;
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
};

/** Starts `redis-server` on a free port of loopback; rejects, and says so, where there is none. */
export const startRedis = async (): Promise<RedisServer> => {
  const directory = await mkdtemp(join(tmpdir(), 'unitlink-redis-'));
  const port = await freePort();
  let child = await start(port, directory);
  return {
    url: `redis://127.0.0.1:${port}`,
    save: async () => {
      const client = await createClient({ url: `redis://127.0.0.1:${port}` }).connect();
      await client.sendCommand(['SAVE']);
      client.destroy();
    },
    restart: async () => {
      await end(child);
      child = await start(port, directory);
    },
    stop: () => end(child),
    suspend: (on) => {
      child.kill(on ? 'SIGSTOP' : 'SIGCONT');
    },
    [Symbol.asyncDispose]: async () => {
      await end(child);
      await rm(directory, { recursive: true, maxRetries: 5 });
    },
  };
};
