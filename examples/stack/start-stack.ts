import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createAuthority, type Authority } from 'unitlink/testing';
import { end, freePort, pause, start } from '../failover/programs.js';
import { type Fsync, isReady, startRedisPair } from './redis-pair.js';

/** The names of the servers, here and in the configuration of HAProxy. */
export const serverIds = ['a', 'b'] as const;
export type ServerId = (typeof serverIds)[number];

/** What HAProxy leads to each server: those with checks of their own, and all. */
const checked = ['units', 'pages'];
const backends = [...checked, 'discovery'];

/** Options of {@link startStack}. */
export interface StackOptions {
  /** Default: `always`. */
  readonly fsync?: Fsync;
}

/** Two servers of units and dashboards, the Redis that they share with its replica, and HAProxy in front of all. */
export interface Stack extends AsyncDisposable {
  /** The primary, by way of HAProxy. */
  readonly redisUrl: string;
  /** Another Redis, to which nothing happens: the servers note in it what they have handled. */
  readonly ledgerUrl: string;
  /** Where units ask, by way of HAProxy. */
  readonly discoveryUrl: string;
  /** Where pages connect, by way of HAProxy. */
  readonly pagesUrl: string;
  /** Issues the certificates of units. */
  readonly authority: Authority;
  /** Ends a server as a crash does, and starts it again. */
  kill(id: ServerId): Promise<void>;
  /** Stops a server for so long, in milliseconds: its sockets stay, but it does nothing. */
  hang(id: ServerId, duration: number): Promise<void>;
  /** Sends units and pages of a server elsewhere, ends it, and starts it again. */
  drain(id: ServerId): Promise<void>;
  /** Ends Redis as a crash does, and starts it again with what it has on disk. */
  restartRedis(): Promise<void>;
  /** Ends the primary as a crash does; its replica takes its place. */
  failOverRedis(): Promise<void>;
}

/** Starts all of it on loopback, on free ports. */
export const startStack = async ({ fsync = 'always' }: StackOptions = {}): Promise<Stack> => {
  const ends: (() => PromiseLike<unknown>)[] = [];
  const endAll = async (): Promise<void> => {
    for (const endOne of ends.splice(0).reverse()) await endOne();
  };
  try {
    return await build(ends, endAll, fsync);
  } catch (error) {
    await endAll();
    throw error;
  }
};

const build = async (
  ends: (() => PromiseLike<unknown>)[],
  endAll: () => Promise<void>,
  fsync: Fsync,
): Promise<Stack> => {
  const directory = await mkdtemp(join(tmpdir(), 'unitlink-stack-'));
  ends.push(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const ports = await portsOf();
  const authority = await createAuthority();
  const { cert, key } = await authority.issue({ commonName: 'server', ipAddresses: ['127.0.0.1'], server: true });
  const tlsFile = join(directory, 'tls.json');
  await writeFile(tlsFile, JSON.stringify({ cert, key, ca: authority.ca }), { mode: 0o600 });

  const portOf = (name: string): number => ports[name] ?? 0;
  const redis = await startRedisPair({ directory, ports: [portOf('REDIS_A'), portOf('REDIS_B')], fsync });
  ends.push(() => redis[Symbol.asyncDispose]());
  const ledgerWords = ['--port', `${portOf('LEDGER')}`, '--bind', '127.0.0.1', '--save', '', '--dir', directory];
  const ledger = await start('redis-server', ledgerWords, () => isReady(portOf('LEDGER')));
  ends.push(() => ledger[Symbol.asyncDispose]());
  const [redisUrl, ledgerUrl] = ['REDIS', 'LEDGER'].map((name) => `redis://127.0.0.1:${portOf(name)}`);
  if (redisUrl === undefined || ledgerUrl === undefined) throw new Error('no ports');

  const launch = async (id: ServerId): Promise<ChildProcess> => {
    const name = id.toUpperCase();
    const env = {
      ...process.env,
      ...{ SERVER_ID: id, REDIS_URL: redisUrl, LEDGER_URL: ledgerUrl, TLS_FILE: tlsFile },
      ENDPOINT: `wss://127.0.0.1:${ports['UNITS']}/ws/v7/`,
      DISCOVERY_PORT: `${ports[`DISCOVERY_${name}`]}`,
      UNIT_PORT: `${ports[`UNITS_${name}`]}`,
      HTTP_PORT: `${ports[`HTTP_${name}`]}`,
    };
    const child = fork(fileURLToPath(new URL('server.js', import.meta.url)), { env, execArgv: [] });
    const failed = once(child, 'exit').then(() => Promise.reject(new Error(`server ${id} ended before it served`)));
    failed.catch(() => undefined);
    await Promise.race([once(child, 'message'), failed]);
    return child;
  };
  const adminSocket = join(directory, 'admin.sock');
  const config = fileURLToPath(new URL('../../../examples/stack/haproxy.cfg', import.meta.url));
  const env = {
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, `${port}`])),
    ADMIN_SOCKET: adminSocket,
  };
  const balancer = await start('haproxy', ['-db', '-f', config], () => answers(ports['PAGES'] ?? 0), env);
  ends.push(() => balancer[Symbol.asyncDispose]());

  const servers = { a: await launch('a'), b: await launch('b') };
  for (const id of serverIds) ends.push(() => end(servers[id]));

  const admin = async (...commands: readonly string[]): Promise<string> => {
    const socket = connect(adminSocket);
    socket.end(`${commands.join(';')}\n`);
    return text(socket);
  };
  const inService = async (id: ServerId): Promise<void> => {
    const isUp = (stat: string): boolean =>
      backends.every((backend) => new RegExp(`^${backend},${id},.*,UP,`, 'm').test(stat));
    while (!isUp(await admin('show stat'))) await pause(50);
  };
  const restart = async (id: ServerId): Promise<void> => {
    servers[id] = await launch(id);
    const ready = backends.map((backend) => `set server ${backend}/${id} state ready`);
    await admin(...checked.map((backend) => `enable health ${backend}/${id}`), ...ready);
    await inService(id);
  };
  for (const id of serverIds) await inService(id);

  return {
    ...{ redisUrl, ledgerUrl, authority },
    discoveryUrl: `https://127.0.0.1:${ports['DISCOVERY']}/sd/v7/`,
    pagesUrl: `ws://127.0.0.1:${ports['PAGES']}/live`,
    kill: async (id) => {
      await end(servers[id]);
      await restart(id);
    },
    hang: async (id, duration) => {
      servers[id].kill('SIGSTOP');
      await pause(duration);
      servers[id].kill('SIGCONT');
      await inService(id);
    },
    drain: async (id) => {
      // A server that drains fails its health checks, which would cut its links short.
      const away = backends.map((backend) => `set server ${backend}/${id} state drain`);
      await admin(...checked.map((backend) => `disable health ${backend}/${id}`), ...away);
      const exited = once(servers[id], 'exit');
      servers[id].kill('SIGTERM');
      await exited;
      await restart(id);
    },
    restartRedis: redis.restart,
    failOverRedis: redis.failOver,
    [Symbol.asyncDispose]: endAll,
  };
};

const portsOf = async (): Promise<Readonly<Record<string, number>>> => {
  const names = [
    'REDIS',
    'LEDGER',
    'DISCOVERY',
    'UNITS',
    'PAGES',
    ...['DISCOVERY', 'UNITS', 'HTTP', 'REDIS'].flatMap((one) => [`${one}_A`, `${one}_B`]),
  ];
  const ports: [string, number][] = [];
  for (const name of names) ports.push([name, await freePort()]);
  return Object.fromEntries(ports);
};

/** True if somebody takes connections at a port. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket
      .once('connect', () => {
        socket.destroy();
        resolve(true);
      })
      .once('error', () => {
        resolve(false);
      });
  });
