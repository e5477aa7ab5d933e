import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connects, startBalancer, type Balancer, type BalancerName } from './balancer.js';
import { end, freePort, start } from './programs.js';

/** The names of the servers, here and in the configurations of the load balancers. */
export const serverIds = ['a', 'b'] as const;
export type ServerId = (typeof serverIds)[number];

export interface ClusterOptions {
  /** Default `haproxy`. */
  readonly balancer?: BalancerName;
  /** A directory with the files of a page, which the servers serve. */
  readonly page?: string | undefined;
  /** The same, for the viewer that measures in a browser. */
  readonly viewer?: string | undefined;
}

/** One server process, through as many lives as it is started. */
export interface ServerProcess {
  readonly id: ServerId;
  kill(): Promise<void>;
  /** It hangs: its sockets stay, and take connections, but it does nothing. */
  hang(): void;
  wake(): void;
  /** Sends its dashboards elsewhere; settles when the last one is gone, and it too. */
  drain(): Promise<void>;
  /** Starts it again where it was, and waits until the load balancer gives it links. */
  restart(): Promise<void>;
  /** Settles when the load balancer gives it links. */
  inService(): Promise<void>;
}

/** Two dashboard servers, the Redis that they share, and a load balancer in front of them. */
export interface Cluster extends AsyncDisposable {
  readonly redisUrl: string;
  /** Of the load balancer. */
  readonly port: number;
  server(id: string): ServerProcess;
  /** The load balancer ends all links. */
  cut(): Promise<void>;
  /** The last of what the load balancer has written. */
  said(): string;
}

/** Starts all of it on loopback, on free ports. */
export const startCluster = async (options: ClusterOptions = {}): Promise<Cluster> => {
  const ends: (() => PromiseLike<unknown>)[] = [];
  const endAll = async (): Promise<void> => {
    for (const endOne of ends.splice(0).reverse()) await endOne();
  };
  try {
    return await build(options, ends, endAll);
  } catch (error) {
    await endAll();
    throw error;
  }
};

const build = async (
  { balancer: name = 'haproxy', page, viewer }: ClusterOptions,
  ends: (() => PromiseLike<unknown>)[],
  endAll: () => Promise<void>,
): Promise<Cluster> => {
  const directory = await mkdtemp(join(tmpdir(), 'unitlink-failover-'));
  ends.push(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const run = async (...what: Parameters<typeof start>): Promise<void> => {
    const running = await start(...what);
    ends.push(() => running[Symbol.asyncDispose]());
  };

  const redisPort = await freePort();
  const redisOptions = ['--port', `${redisPort}`, '--bind', '127.0.0.1', '--save', '', '--dir', directory];
  await run('redis-server', redisOptions, () => connects(redisPort));
  const redisUrl = `redis://127.0.0.1:${redisPort}`;

  const port = await freePort();
  const servers = new Map<string, ServerProcess & { readonly port: number }>();
  const balancer = (): Balancer => started;
  for (const id of serverIds) {
    const server = await startServer(id, { redisUrl, page, viewer, balancer });
    ends.push(server.end);
    servers.set(id, server);
  }
  const [a = 0, b = 0] = [...servers.values()].map((server) => server.port);
  const started = await startBalancer(name, { port, servers: { a, b }, directory });
  ends.push(() => started[Symbol.asyncDispose]());
  for (const id of serverIds) await started.inService(id);

  return {
    redisUrl,
    port,
    server: (id) => {
      const server = servers.get(id);
      if (server === undefined) throw new Error(`there is no server ${id}`);
      return server;
    },
    cut: () => started.cut(),
    said: () => started.said(),
    [Symbol.asyncDispose]: endAll,
  };
};

interface ServerTerms {
  readonly redisUrl: string;
  readonly page: string | undefined;
  readonly viewer: string | undefined;
  readonly balancer: () => Balancer;
}

const startServer = async (
  id: ServerId,
  { redisUrl, page, viewer, balancer }: ServerTerms,
): Promise<ServerProcess & { readonly port: number; readonly end: () => Promise<void> }> => {
  const program = fileURLToPath(new URL('server.js', import.meta.url));
  // Long enough for dashboards that leave over the time they are given, and short enough to watch one round after another.
  const { DRAIN = '3000' } = process.env;
  const more = { REDIS_URL: redisUrl, DRAIN, ...(page && { PAGE: page }), ...(viewer && { VIEWER: viewer }) };
  const launch = async (at: number): Promise<{ child: ChildProcess; port: number }> => {
    const child = fork(program, { env: { ...process.env, SERVER_ID: id, PORT: `${at}`, ...more }, execArgv: [] });
    const failed = once(child, 'exit').then(() => Promise.reject(new Error(`server ${id} ended before it served`)));
    failed.catch(() => undefined);
    const [{ port }] = (await Promise.race([once(child, 'message'), failed])) as [{ port: number }];
    return { child, port };
  };

  let { child, port } = await launch(0);
  return {
    id,
    port,
    inService: () => balancer().inService(id),
    end: () => end(child),
    kill: () => end(child),
    hang: () => child.kill('SIGSTOP'),
    wake: () => child.kill('SIGCONT'),
    drain: async () => {
      await balancer().drain(id);
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
    restart: async () => {
      ({ child, port } = await launch(port));
      await balancer().ready(id);
      await balancer().inService(id);
    },
  };
};
