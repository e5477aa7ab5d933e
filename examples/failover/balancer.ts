import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { pause, start, type Running } from './programs.js';

export type BalancerName = 'haproxy' | 'nginx';

export interface BalancerOptions {
  readonly port: number;
  /** The ports of the servers `a` and `b`. */
  readonly servers: { readonly a: number; readonly b: number };
  /** For its sockets and files. */
  readonly directory: string;
}

/** A load balancer on loopback. nginx cannot be asked nor told anything: there all but `cut` settles at once. */
export interface Balancer extends AsyncDisposable {
  /** Whether it gives links to a server. */
  isInService(id: string): Promise<boolean>;
  /** Settles when it does. */
  inService(id: string): Promise<void>;
  /** Gives a server no more links, and lets it have those it has. */
  drain(id: string): Promise<void>;
  /** Undoes that. */
  ready(id: string): Promise<void>;
  /** Ends all links that it holds. */
  cut(): Promise<void>;
  /** The last of what it has written: which server it found down, and when. */
  said(): string;
}

/** Whether somebody listens on a port of loopback. */
export const connects = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1')
      .on('connect', () => {
        socket.destroy();
        resolve(true);
      })
      .on('error', () => {
        resolve(false);
      });
  });

const configuration = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/failover/${name}`, import.meta.url));

/** Starts one with the configuration that lies here. */
export const startBalancer = async (
  name: BalancerName,
  { port, servers, directory }: BalancerOptions,
): Promise<Balancer> => {
  const adminSocket = join(directory, 'admin.sock');
  const env = {
    BIND: `127.0.0.1:${port}`,
    SERVER_A: `127.0.0.1:${servers.a}`,
    SERVER_B: `127.0.0.1:${servers.b}`,
    ADMIN_SOCKET: adminSocket,
    PID: join(directory, 'nginx.pid'),
  };
  if (name === 'nginx') {
    const file = join(directory, 'nginx.conf');
    await writeFile(file, filled(await readFile(configuration('nginx.conf'), 'utf8'), env));
    // One process, so that killing it ends all of it.
    return silent(await start('nginx', ['-c', file, '-g', 'daemon off; master_process off;'], () => connects(port)));
  }
  const isReady = async (): Promise<boolean> => existsSync(adminSocket) && (await connects(port));
  return haproxy(await start('haproxy', ['-db', '-f', configuration('haproxy.cfg')], isReady, env), adminSocket);
};

const filled = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

const silent = (running: Running): Balancer => ({
  isInService: () => Promise.resolve(true),
  inService: () => Promise.resolve(),
  drain: () => Promise.resolve(),
  ready: () => Promise.resolve(),
  cut: () => Promise.reject(new Error('nginx has no command that ends links')),
  said: running.said,
  [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
});

const haproxy = (running: Running, adminSocket: string): Balancer => {
  const ask = async (command: string): Promise<string> => {
    const socket = connect(adminSocket);
    socket.end(`${command}\n`);
    return text(socket);
  };
  const isInService = async (id: string): Promise<boolean> => {
    const [, head = '', ...lines] = (await ask('show servers state live')).split('\n');
    const names = head.slice(2).split(' ');
    const values = lines.map((line) => line.split(' ')).find((each) => each[names.indexOf('srv_name')] === id);
    // Up, and not taken out by anybody.
    return values?.[names.indexOf('srv_op_state')] === '2' && values[names.indexOf('srv_admin_state')] === '0';
  };
  return {
    isInService,
    inService: async (id) => {
      while (!(await isInService(id))) await pause(100);
    },
    drain: async (id) => {
      await ask(`set server live/${id} state drain`);
      await ask(`disable health live/${id}`);
    },
    ready: async (id) => {
      await ask(`enable health live/${id}`);
      await ask(`set server live/${id} state ready`);
    },
    cut: async () => {
      for (const id of ['a', 'b']) await ask(`shutdown sessions server live/${id}`);
    },
    said: running.said,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
};
