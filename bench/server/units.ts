import { createClient } from '@redis/client';
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, missing, start } from '../../examples/failover/programs.js';
import { ask } from './ask.js';
import type { UnitCase, UnitServerSetup, Usage } from './unit-child.js';
import type { LoadQuestion, Sent } from './unit-load.js';

const rounds = 3;
const load = { units: 100, inFlight: 16 };

const child = (file: string, ...args: readonly string[]): ChildProcess =>
  fork(new URL(file, import.meta.url), args, { execArgv: ['--expose-gc'] });

/** One server, the units that connect to it, and what it uses. */
class Measured implements Disposable {
  readonly #server: ChildProcess;
  readonly #units: ChildProcess;
  readonly #url: string;

  private constructor(server: ChildProcess, units: ChildProcess, url: string) {
    this.#server = server;
    this.#units = units;
    this.#url = url;
  }

  static async start(kind: UnitCase, redisUrl: string): Promise<Measured> {
    const [server, units] = [child('unit-child.js', kind), child('unit-load.js')];
    const setup = await ask<UnitServerSetup>(units, { kind: 'setup', redisUrl } satisfies LoadQuestion);
    return new Measured(server, units, await ask<string>(server, setup));
  }

  connect(count: number): Promise<number> {
    return ask(this.#units, { kind: 'connect', url: this.#url, count } satisfies LoadQuestion);
  }

  /** Has each unit keep so many messages on their way. */
  async send(milliseconds: number, inFlight = load.inFlight): Promise<Sent & { readonly cpu: number }> {
    const before = await this.usage();
    const question: LoadQuestion = { kind: 'send', url: this.#url, inFlight, milliseconds };
    const sent = await ask<Sent>(this.#units, question);
    return { ...sent, cpu: ((await this.usage()).cpu - before.cpu) / sent.acks };
  }

  usage(): Promise<Usage> {
    return ask(this.#server, {});
  }

  [Symbol.dispose](): void {
    for (const one of [this.#units, this.#server]) if (one.connected) one.disconnect();
  }
}

/** Measures the heap of units that are connected over TLS and do nothing. */
export const benchIdleUnits = async (counts: readonly number[]): Promise<void> => {
  using server = await Measured.start('idle', '');
  await server.connect(50); // until what is made once is there
  const before = await server.usage();
  for (const count of counts) {
    const begun = performance.now();
    await server.connect(50 + count);
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    const { heap, resident } = await server.usage();
    const each = (bytes: number): string => (bytes / count / 1024).toFixed(1);
    console.log(
      `${count.toLocaleString('en')} units over TLS, connected after ${seconds} s: ` +
        `${each(heap - before.heap)} KiB of heap each, ${each(resident - before.resident)} KiB of memory of the process`,
    );
  }
};

/** Measures the CPU of an acknowledged message, in microseconds, while so many units are connected. */
export const benchAckedBy = async (
  counts: readonly number[],
  milliseconds: number,
  measured: (units: number, cpu: number) => void,
): Promise<void> => {
  using server = await Measured.start('idle', '');
  for (const count of counts) {
    await server.connect(count);
    const inFlight = 4;
    await server.send(1000, inFlight); // until it is compiled
    measured(count, (await server.send(milliseconds, inFlight)).cpu);
  }
};

const median = (figures: readonly number[]): number =>
  [...figures].sort((one, other) => one - other)[Math.floor(figures.length / 2)] ?? NaN;

/** Measures messages of units until they are in Redis and acknowledged, in turns with a bare loop of ws and XADD. */
export const benchAcked = async (redisUrl: string, milliseconds: number): Promise<void> => {
  const redis = createClient({ url: redisUrl }).on('error', () => undefined);
  await redis.connect();
  const keys = ['queue:units', 'bytes:units', 'names:units', 'names-before:units'].map((key) => `{bench-units}:${key}`);
  const clear = (): Promise<unknown> => redis.sendCommand(['DEL', 'bench-units-bare', ...keys]);
  using own = await Measured.start('own', redisUrl);
  using bare = await Measured.start('bare', redisUrl);
  const results = { own: [], bare: [] } as Record<'own' | 'bare', { readonly rate: number; readonly cpu: number }[]>;
  for (const one of [own, bare]) {
    await one.connect(load.units);
    await one.send(1000); // until it is compiled
  }
  for (let round = 0; round < rounds; round++)
    for (const [name, one] of Object.entries({ own, bare }) as ['own' | 'bare', Measured][]) {
      await clear();
      const { acks, nacks, milliseconds: taken, cpu } = await one.send(milliseconds);
      // Redis answers late where the machine has no time for it.
      if (nacks > 0) console.log(`${nacks} messages were nacked`);
      results[name].push({ rate: (acks * 1000) / taken, cpu });
    }
  await clear();
  redis.destroy();
  const of = (name: 'own' | 'bare') => ({
    rate: median(results[name].map(({ rate }) => rate)),
    cpu: median(results[name].map(({ cpu }) => cpu)),
  });
  const shown = ({ rate, cpu }: ReturnType<typeof of>): string =>
    `${rate.toFixed(0)}/s with ${cpu.toFixed(1)} µs of CPU each`;
  const [mine, loop] = [of('own'), of('bare')];
  console.log(`messages of ${load.units} units over TLS until they are in Redis and acknowledged: ${shown(mine)}`);
  console.log(
    `a bare loop of ws and XADD: ${shown(loop)}; ${(mine.rate / loop.rate).toFixed(2)} times as many, ` +
      `with ${(mine.cpu / loop.cpu).toFixed(2)} times the CPU each`,
  );
};

/** Calls back with the URL of Redis: that of `REDIS_URL`, or one that is started and ended again; not if there is none. */
export const withRedis = async (use: (url: string) => Promise<void>): Promise<void> => {
  const given = process.env['REDIS_URL'];
  const absent = given === undefined ? missing(['redis-server']) : undefined;
  if (absent !== undefined) {
    console.log(`without Redis: ${absent}`);
    return;
  }
  if (given !== undefined) {
    await use(given);
    return;
  }
  const directory = await mkdtemp(join(tmpdir(), 'unitlink-bench-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const words = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory];
  const answers = async (): Promise<boolean> => {
    const client = createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => undefined);
    return client.connect().then(
      () => {
        client.destroy();
        return true;
      },
      () => false,
    );
  };
  const redis = await start('redis-server', words, answers);
  try {
    await use(url);
  } finally {
    await redis[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
};
