import { createClient } from '@redis/client';
import { redisLog, serveDashboards, valueTopic } from 'unitlink/server';

const value = { n: 1, text: 'x'.repeat(200) };

/** Returns the time of one call, in microseconds, while so many are on their way. */
const timeOf = async (call: () => Promise<unknown>, concurrency: number, milliseconds: number): Promise<number> => {
  const end = performance.now() + milliseconds;
  let calls = 0;
  const run = async (): Promise<void> => {
    while (performance.now() < end) {
      await call();
      calls++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, run));
  return (milliseconds * 1000) / calls;
};

/** Measures appends to the log in Redis, alone and through a server, compared with a bare XADD. */
export const benchRedis = async (url: string, milliseconds: number): Promise<void> => {
  const client = createClient({ url });
  await client.connect();
  const log = redisLog(url, { prefix: 'bench' });
  const shared = redisLog(url, { prefix: 'bench-server' });
  const server = await serveDashboards({ topics: { mode: valueTopic() }, log: shared });
  const calls = {
    bare: () =>
      client.sendCommand([
        'XADD',
        'bench-bare',
        'MAXLEN',
        '~',
        '10000',
        '*',
        'ts',
        '1',
        'key',
        '',
        'value',
        JSON.stringify(value),
      ]),
    append: () => log.append('units', { value, ts: 1 }),
    publish: () => server.publish('mode', value),
  };
  for (const concurrency of [1, 100]) {
    const times: Record<keyof typeof calls, number[]> = { bare: [], append: [], publish: [] };
    for (let round = 0; round < 5; round++)
      for (const name of ['bare', 'append', 'publish'] as const)
        times[name].push(await timeOf(calls[name], concurrency, milliseconds));
    const [bare, append, publish] = [times.bare, times.append, times.publish].map((all) => Math.min(...all));
    const ratio = (time = NaN): string => `${time.toFixed(0)} µs, ${(time / (bare ?? NaN)).toFixed(2)} times that`;
    console.log(
      `${concurrency} at once: a bare XADD ${(bare ?? NaN).toFixed(0)} µs; append ${ratio(append)}; publish ${ratio(publish)}`,
    );
  }
  await server.stop();
  await Promise.all([log.close(), shared.close()]);
  client.destroy();
};
