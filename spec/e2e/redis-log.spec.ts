import { createClient } from '@redis/client';
import { expect } from 'chai';
import { lastValueFrom, take, toArray } from 'rxjs';
import {
  redisLog,
  seriesTopic,
  startDashboard,
  stateTopic,
  type DashboardLog,
  type TestDashboardServer,
  type RedisLogOptions,
} from 'unitlink/testing';
import { type DashboardClient, joinDashboard } from '../support/dashboard-client.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

describe('a log of dashboards in Redis', () => {
  let redis: RedisServer;
  const ends: (() => Promise<unknown>)[] = [];

  const newLog = (options: RedisLogOptions = {}): DashboardLog => {
    const log = redisLog(redis.url, options);
    ends.push(() => log.close());
    return log;
  };

  // As many logs as servers: what two processes would have.
  const newServer = async (serverId: string, options?: RedisLogOptions): Promise<TestDashboardServer> => {
    const topics = { units: stateTopic(), temps: seriesTopic({ window: 60_000 }) };
    const server = await startDashboard({ serverId, topics, log: newLog(options), heartbeat: 50 });
    ends.push(() => server.stop());
    return server;
  };

  const join = async ({ url }: TestDashboardServer): Promise<DashboardClient> => {
    const client = await joinDashboard(url);
    ends.push(async () => {
      await client[Symbol.asyncDispose]();
    });
    return client;
  };

  beforeEach(async () => {
    redis = await startRedis();
  });

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await redis[Symbol.asyncDispose]();
  });

  it('counts the entries of a topic from 1, and gives them to whoever watches', async () => {
    const [one, other] = [newLog(), newLog()];
    const before = await one.position('units');
    expect(before.offset).to.equal(0);
    const seen = lastValueFrom(other.watch(new Map([['units', before]])).pipe(take(3), toArray()), {
      defaultValue: [],
    });
    expect(await one.append('units', { key: 'a', value: { id: 'a' }, ts: 1 })).to.deep.equal({ ...before, offset: 1 });
    await one.append('units', { key: 'a', ts: 2 });
    await other.append('units', { value: [1.5, 'ü'], ts: 3.5 });
    expect(await seen).to.deep.equal([
      { topic: 'units', offset: 1, key: 'a', value: { id: 'a' }, ts: 1 },
      { topic: 'units', offset: 2, key: 'a', ts: 2 },
      { topic: 'units', offset: 3, value: [1.5, 'ü'], ts: 3.5 },
    ]);
    expect(await other.read('units')).to.deep.include({ ...before, offset: 3, latest: [], recent: await seen });
  });

  it('keeps the newest entry of each key, however many have come since', async () => {
    const log = newLog({ maxLength: 10 });
    await log.append('units', { key: 'old', value: 1, ts: 1 });
    for (let n = 0; n < 500; n++) await log.append('units', { key: 'busy', value: n, ts: 2 });
    const { latest, recent } = await newLog({ maxLength: 10 }).read('units');
    expect(latest.map(({ key, value, offset }) => [key, value, offset]).sort()).to.deep.equal([
      ['busy', 499, 501],
      ['old', 1, 1],
    ]);
    expect(recent.map(({ offset }) => offset)).to.deep.equal([492, 493, 494, 495, 496, 497, 498, 499, 500, 501]);
  });

  it('keeps no more bytes of a topic than it may, and the newest entry however large it is', async () => {
    const log = newLog({ maxBytes: 100_000 });
    const sizes = async (): Promise<readonly number[]> =>
      (await log.read('units')).recent.map(({ value }) => JSON.stringify(value).length);
    for (let n = 0; n < 200; n++) {
      await log.append('units', { value: 'x'.repeat(998), ts: 1 });
      if (n % 10 === 9) expect((await sizes()).length).to.be.within(Math.min(n + 1, 85), 100);
    }
    await Promise.all(Array.from({ length: 300 }, () => log.append('units', { value: 'x'.repeat(3_998), ts: 1 })));
    expect(await sizes()).to.satisfy((all: number[]) => all.length > 20 && all.length <= 25);
    await log.append('units', { value: 'x'.repeat(999_998), ts: 1 });
    expect(await sizes()).to.deep.equal([1_000_000]);
    await log.append('units', { value: 1, ts: 1 });
    expect(await sizes()).to.deep.equal([1]);
  });

  it('gives a snapshot to a page that missed entries that are not kept, and has a server read again that did', async () => {
    const options = { maxBytes: 1000 };
    const a = await newServer('a', options);
    const client = await join(a);
    await a.publish('units', { id: 'u-1' });
    client.subscribe('units');
    const { epoch, offset } = await client.first('snapshot');
    await a.remove('units', 'u-1');
    for (let n = 0; n < 9; n++) await a.publish('units', { id: 'u-2', filling: 'x'.repeat(300) });
    const late = await join(await newServer('b', options));
    late.subscribe('units', { resume: { epoch, offset } });
    expect((await late.first('snapshot')).payload).to.have.property('total', 1);
    const watching = lastValueFrom(newLog(options).watch(new Map([['units', { epoch, offset }]])), {
      defaultValue: undefined,
    });
    expect(String(await watching.catch((error: unknown) => error))).to.include('removed before they were read');
  });

  it('takes a client as well, and leaves its connection alone', async () => {
    const client = createClient({ url: redis.url }).on('error', () => undefined);
    await client.connect();
    const log = redisLog(client, { prefix: 'mine' });
    await log.append('units', { value: 1, ts: 1 });
    await log.close();
    expect(await client.get('{mine}:offset:units')).to.equal('1');
    client.destroy();
  });

  it('tells the dashboards of all servers what one of them publishes', async () => {
    const [a, b] = [await newServer('a'), await newServer('b')];
    const client = await join(b);
    client.subscribe('units');
    await client.first('snapshot');
    await a.publish('units', { id: 'u-1' });
    await b.publish('units', { id: 'u-2' });
    const updates = await client.several(2, 'update');
    expect(updates.map(({ seq, offset }) => [seq, offset])).to.deep.equal([
      [1, 1],
      [2, 2],
    ]);
  });

  it('lets a server that has just started give all there is, and resume any dashboard', async () => {
    const a = await newServer('a');
    await a.publish('units', { id: 'u-1', load: 1 });
    const first = await join(a);
    first.subscribe('units');
    const { epoch, offset } = await first.first('snapshot');
    await a.publish('units', { id: 'u-2' });
    await a.remove('units', 'u-1');
    await a.stop();
    const b = await newServer('b');
    const second = await join(b);
    second.subscribe('units', { subId: 'again' });
    second.subscribe('units', { subId: 'on', gen: 2, resume: { epoch, offset } });
    expect((await second.first('snapshot')).payload).to.deep.equal({ rows: [{ id: 'u-2' }], total: 1 });
    expect(await second.first('resumed')).to.include({ subId: 'on', epoch, offset, count: 1 });
    expect((await second.first('update')).payload).to.deep.equal({
      set: [{ id: 'u-2' }],
      remove: ['u-1'],
      at: [0],
      total: 1,
    });
  });

  it('ends subscriptions as gone when Redis comes back empty, and goes on in a new epoch', async () => {
    const server = await newServer('a');
    await server.publish('units', { id: 'u-1' });
    const client = await join(server);
    client.subscribe('units');
    const { epoch } = await client.first('snapshot');
    await redis.restart();
    expect(await client.first('ended')).to.include({ subId: 'units', code: 'gone' });
    client.subscribe('units', { gen: 2 });
    const fresh = await client.first('snapshot', ({ gen }) => gen === 2);
    expect(fresh.payload).to.deep.equal({ rows: [], total: 0 });
    expect(fresh.epoch).not.to.equal(epoch);
    await server.publish('units', { id: 'u-9' });
    expect((await client.first('update')).payload).to.deep.equal({ set: [{ id: 'u-9' }], remove: [], total: 1 });
  });

  it('shows what Redis has when it comes back without the last entries, whose offsets others get', async () => {
    const [a, b] = [await newServer('a'), await newServer('b')];
    await a.publish('units', { id: 'kept' });
    await redis.save();
    const client = await join(a);
    client.subscribe('units');
    const seen = await client.first('snapshot');
    for (const id of ['lost-1', 'lost-2', 'lost-3']) await b.publish('units', { id });
    const { offset } = await client.first('update', (update) => update.offset === 4);
    await redis.restart();
    for (const id of ['new-1', 'new-2', 'new-3', 'new-4']) await b.publish('units', { id });
    expect(await client.first('ended')).to.include({ subId: 'units', code: 'gone' });
    const other = await join(b);
    await other.first('welcome');
    client.subscribe('units', { gen: 2, resume: { epoch: seen.epoch, offset } });
    const { payload } = await client.first('snapshot', ({ gen }) => gen === 2);
    expect(payload).to.deep.equal({
      rows: ['kept', 'new-1', 'new-2', 'new-3', 'new-4'].map((id) => ({ id })),
      total: 5,
    });
  });

  it('begins a new epoch with each run of Redis, once for all servers', async () => {
    const logs = [newLog(), newLog()];
    const [before] = await Promise.all(logs.map((log) => log.position('units')));
    await logs[0]?.append('units', { value: 1, ts: 1 });
    await redis.save();
    await redis.restart();
    const after = await Promise.all(logs.map((log) => log.position('units')));
    const images = await Promise.all(logs.map((log) => log.read('units')));
    expect(new Set([...after, ...images].map(({ epoch }) => epoch)).size).to.equal(1);
    expect(after[0]?.epoch).not.to.equal(before?.epoch);
    expect(after[0]?.offset).to.equal(1);
  });

  it('tells 1,000 entries of each of two servers to a dashboard of either, each once and in order', async () => {
    const [a, b] = [await newServer('a'), await newServer('b')];
    const clients = [await join(a), await join(b)];
    for (const client of clients) {
      client.subscribe('temps');
      await client.first('snapshot');
    }
    const t = Date.now();
    const publishing = Array.from({ length: 2000 }, (_, n) => (n % 2 === 0 ? a : b).publish('temps', [t + n, n]));
    await Promise.all(publishing);
    for (const client of clients) {
      await client.first('update', ({ offset }) => offset === 2000);
      const updates = client.said.filter((data) => data.messageType === 'update');
      const points = updates.flatMap(({ payload }) => (payload as { points: number[][] }).points.map(([at]) => at));
      expect([...points].sort()).to.deep.equal(Array.from({ length: 2000 }, (_, n) => t + n));
      expect(updates.map(({ seq }) => seq)).to.deep.equal(updates.map((_, n) => n + 1));
      expect(updates.every(({ offset }, n) => offset > (updates[n - 1]?.offset ?? 0))).to.equal(true);
    }
  });
});
