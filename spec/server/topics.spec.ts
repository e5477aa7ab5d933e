import { expect } from 'chai';
import type { DashboardData } from '../../lib/protocol/subscription/messages.js';
import { memoryLog } from '../../lib/server/memory-log.js';
import { seriesTopic } from '../../lib/server/series-topic.js';
import { startDashboard, type TestDashboardServer } from '../../lib/testing/dashboard/start-dashboard.js';
import { stateTopic } from '../../lib/server/state-topic.js';
import { valueTopic } from '../../lib/server/value-topic.js';
import { type DashboardClient, joinDashboard } from '../support/dashboard-client.js';

const now = 1_000_000;

describe('the topics of dashboards', () => {
  let server: TestDashboardServer;
  let client: DashboardClient;
  let later = 0; // the clock is ahead of `now` by so much, in milliseconds

  const payloadOf = async (topic: string, params?: unknown): Promise<unknown> => {
    const subId = `s-${Math.random()}`;
    client.subscribe(topic, { subId, params });
    return (await client.first('snapshot', (data) => data.subId === subId)).payload;
  };

  const resume = (topic: string, offset: number, params?: unknown): Partial<DashboardData<'subscribe'>> => ({
    gen: 2,
    params,
    resume: { epoch: epochs.get(topic) ?? '', offset },
  });
  const epochs = new Map<string, string>();

  const payloads = async (count: number): Promise<unknown[]> =>
    (await client.several(count, 'update')).map(({ payload }) => payload);

  beforeEach(async () => {
    later = 0;
    const log = memoryLog({ keep: 20 });
    server = await startDashboard({
      log,
      now: () => now + later,
      heartbeat: 20,
      topics: {
        units: stateTopic({ maxPageSize: 10 }),
        named: stateTopic({ key: (row) => `${String(row['site'])}/${String(row['name'])}` }),
        checked: stateTopic({
          filter: (row, { least }) => Number(row['load']) >= Number(least),
          check: ({ least }) => (typeof least === 'number' ? undefined : 'least must be a number'),
        }),
        placed: stateTopic({ filter: ({ at }, { site }) => (at as { site: string }).site === site }),
        temps: seriesTopic({ window: 60_000 }),
        mode: valueTopic(),
      },
    });
    for (const topic of ['units', 'temps', 'mode']) epochs.set(topic, (await log.position(topic)).epoch);
    client = await joinDashboard(server.url);
  });

  afterEach(async () => {
    await client[Symbol.asyncDispose]();
    await server.stop();
  });

  describe('with a state', () => {
    beforeEach(async () => {
      await server.publish('units', { id: 'a', site: 'north', load: 3 });
      await server.publish('units', { id: 'b', site: 'south', load: 1 });
      await server.publish('units', { id: 'c', site: 'north', load: 2 });
    });

    it('are filtered by members', async () => {
      expect(await payloadOf('units', { site: 'north', load: 2 })).to.deep.equal({
        rows: [{ id: 'c', site: 'north', load: 2 }],
        total: 1,
      });
    });

    it('are filtered by a text, in any case', async () => {
      expect(await payloadOf('units', { filter: 'OUT' })).to.deep.equal({
        rows: [{ id: 'b', site: 'south', load: 1 }],
        total: 1,
      });
    });

    it('are sorted by a member, downwards too', async () => {
      const loads = async (sort: string) =>
        ((await payloadOf('units', { sort })) as { rows: { load: number }[] }).rows.map(({ load }) => load);
      expect(await loads('load')).to.deep.equal([1, 2, 3]);
      expect(await loads('-load')).to.deep.equal([3, 2, 1]);
    });

    it('are given a page at a time, with the total of all', async () => {
      expect(await payloadOf('units', { sort: 'load', page: 1, pageSize: 2 })).to.deep.equal({
        rows: [{ id: 'a', site: 'north', load: 3 }],
        total: 3,
      });
    });

    it('update the page as a whole, and only where it has changed', async () => {
      client.subscribe('units', { params: { sort: 'load', pageSize: 2, site: 'north' } });
      await client.first('snapshot');
      await server.publish('units', { id: 'd', site: 'south', load: 0 });
      await server.publish('units', { id: 'e', site: 'north', load: 0 });
      const [update] = await client.several(1, 'update');
      expect(update).to.deep.include({
        seq: 1,
        offset: 5,
        payload: {
          rows: [
            { id: 'e', site: 'north', load: 0 },
            { id: 'c', site: 'north', load: 2 },
          ],
          total: 3,
        },
      });
    });

    it('conflate what changes a page in a short time', async () => {
      client.subscribe('units', { params: { sort: 'load', pageSize: 1 } });
      await client.first('snapshot');
      for (let load = -1; load >= -100; load--) await server.publish('units', { id: 'a', load });
      await client.first('update', ({ offset }) => offset === 103);
      expect(client.said.filter(({ messageType }) => messageType === 'update')).to.have.lengthOf.below(20);
    });

    it('remove a row that no longer matches, and say nothing of one that never did', async () => {
      client.subscribe('units', { params: { site: 'north' } });
      await client.first('snapshot');
      await server.publish('units', { id: 'b', site: 'south', load: 9 });
      await server.publish('units', { id: 'a', site: 'south', load: 3 });
      await server.publish('units', { id: 'b', site: 'north', load: 9 });
      expect(await payloads(2)).to.deep.equal([
        { set: [], remove: ['a'], total: 1 },
        { set: [{ id: 'b', site: 'north', load: 9 }], at: [0], remove: [], total: 2 },
      ]);
    });

    it('replay the newest of each row that has changed, and what no longer matches as removed', async () => {
      for (let load = 10; load < 15; load++) await server.publish('units', { id: 'a', site: 'north', load });
      await server.publish('units', { id: 'b', site: 'east', load: 1 });
      await server.remove('units', 'c');
      client.subscribe('units', resume('units', 3, { site: 'north' }));
      expect(await client.first('resumed')).to.include({ offset: 3, count: 1 });
      expect(await payloads(1)).to.deep.equal([
        { set: [{ id: 'a', site: 'north', load: 14 }], at: [0], remove: ['b', 'c'], total: 1 },
      ]);
    });

    it('replay nothing where nothing has changed', async () => {
      for (const params of [undefined, { pageSize: 2 }])
        client.subscribe('units', { ...resume('units', 3, params), subId: JSON.stringify(params ?? null) });
      const resumed = await client.several(2, 'resumed');
      expect(resumed.map(({ count }) => count)).to.deep.equal([0, 0]);
      await server.publish('units', { id: 'a', load: 100 });
      expect((await client.several(2, 'update')).map(({ seq }) => seq)).to.deep.equal([1, 1]);
    });

    it('replay a page as it is now', async () => {
      await server.publish('units', { id: 'd', load: 0 });
      client.subscribe('units', resume('units', 3, { sort: 'load', pageSize: 1 }));
      expect((await client.first('resumed')).count).to.equal(1);
      expect(await payloads(1)).to.deep.equal([{ rows: [{ id: 'd', load: 0 }], total: 4 }]);
    });

    it('give a snapshot where the log does not go back so far', async () => {
      for (let load = 0; load < 20; load++) await server.publish('units', { id: 'a', load });
      client.subscribe('units', { ...resume('units', 3), subId: 'just' });
      client.subscribe('units', { ...resume('units', 2), subId: 'too old' });
      expect(await client.first('resumed')).to.include({ subId: 'just' });
      expect(await client.first('snapshot')).to.include({ subId: 'too old', offset: 23 });
    });

    it('give a snapshot where the dashboard knows more than the log', async () => {
      client.subscribe('units', resume('units', 4));
      expect(await client.first('snapshot')).to.include({ offset: 3 });
    });

    it('name rows by what the topic says', async () => {
      await server.publish('named', { site: 'n', name: 'x' });
      expect(await payloadOf('named')).to.deep.equal({ rows: [{ id: 'n/x', site: 'n', name: 'x' }], total: 1 });
    });

    it('filter and check as the topic says', async () => {
      await server.publish('checked', { id: 'a', load: 3 });
      expect(await payloadOf('checked', { least: 4 })).to.deep.equal({ rows: [], total: 0 });
      client.subscribe('checked', { params: { least: 'x' } });
      expect(await client.first('ended')).to.include({ code: 'invalid-params', reason: 'least must be a number' });
    });

    it('remove a row that the app has changed in place, which no longer matches', async () => {
      client.subscribe('placed', { params: { site: 'a' } });
      await client.first('snapshot');
      const unit = { id: 'u-1', at: { site: 'a' } };
      await server.publish('placed', unit);
      await payloads(1);
      unit.at.site = 'b';
      await server.publish('placed', unit);
      expect(await payloads(2)).to.deep.equal([
        { set: [{ id: 'u-1', at: { site: 'a' } }], remove: [], total: 1 },
        { set: [], remove: ['u-1'], total: 0 },
      ]);
      unit.at.site = 'a';
      expect(await payloadOf('placed', { site: 'a' })).to.deep.equal({ rows: [], total: 0 });
    });

    it('have a text where an id is no number that JSON can hold', async () => {
      await server.publish('units', { id: NaN });
      expect(await payloadOf('units', { id: 'null' })).to.deep.equal({ rows: [{ id: 'null' }], total: 1 });
    });

    it('end what their params do not allow', async () => {
      const wrong = [
        [],
        'x',
        { pageSize: 11 },
        { page: -1 },
        { page: 1.5 },
        { sort: 1 },
        { filter: {} },
        { site: [1] },
      ];
      for (const params of wrong) client.subscribe('units', { subId: JSON.stringify(params), params });
      const codes = (await client.several(wrong.length, 'ended')).map(({ subId, code }) => [subId, code]);
      expect(codes).to.deep.equal(wrong.map((params) => [JSON.stringify(params), 'invalid-params']));
    });
  });

  describe('that are appended to', () => {
    const pointsOf = async (params?: unknown): Promise<unknown> =>
      ((await payloadOf('temps', params)) as { points: unknown }).points;

    it('give the points within the window that is asked for', async () => {
      await server.publish('temps', [now - 70_000, 1]);
      await server.publish('temps', [now - 30_000, 2]);
      await server.publish('temps', [now - 10_000, 3]);
      expect(await pointsOf()).to.deep.equal([
        [now - 30_000, 2],
        [now - 10_000, 3],
      ]);
      expect(await pointsOf({ window: 10_000 })).to.deep.equal([[now - 10_000, 3]]);
    });

    it('give points that came late in the order of their times', async () => {
      for (const age of [10_000, 30_000, 20_000]) await server.publish('temps', [now - age, age]);
      expect(await pointsOf()).to.deep.equal([30_000, 20_000, 10_000].map((age) => [now - age, age]));
    });

    it('give the points of what is asked for', async () => {
      client.subscribe('temps', { params: { unit: 'u-2' } });
      await client.first('snapshot');
      await server.publish('temps', { unit: 'u-1', point: [now, 1] });
      await server.publish('temps', { unit: 'u-2', point: [now, 2] });
      expect(await pointsOf({ unit: 'u-1' })).to.deep.equal([[now, 1]]);
      expect(await payloads(1)).to.deep.equal([{ points: [[now, 2]] }]);
    });

    it('replay every point that was missed', async () => {
      for (let n = 0; n < 15; n++) await server.publish('temps', [now + n, n]);
      client.subscribe('temps', resume('temps', 5));
      expect(await client.first('resumed')).to.include({ count: 1 });
      const [update] = await payloads(1);
      expect((update as { points: unknown[] }).points).to.deep.equal(
        Array.from({ length: 10 }, (_, n) => [now + 5 + n, 5 + n]),
      );
    });

    it('end what their params do not allow', async () => {
      for (const window of [0, 60_001, '5m']) client.subscribe('temps', { params: { window } });
      expect((await client.several(3, 'ended')).map(({ code }) => code)).to.deep.equal(Array(3).fill('invalid-params'));
    });
  });

  it('tell the age of what was asked for, not of the topic', async () => {
    await server.publish('units', { id: 'a', site: 'north' });
    await server.publish('temps', { unit: 'u-1', point: [now, 1] });
    later = 50_000;
    await server.publish('units', { id: 'b', site: 'south' });
    await server.publish('temps', { unit: 'u-2', point: [now, 2] });
    const ages: number[] = [];
    for (const [topic, params] of [
      ['units', { site: 'north' }],
      ['units', { site: 'south' }],
      ['temps', { unit: 'u-1' }],
      ['temps', { unit: 'u-2' }],
    ] as const) {
      client.subscribe(topic, { subId: `${topic} ${ages.length}`, params });
      const { asOf } = await client.first('snapshot', ({ subId }) => subId === `${topic} ${ages.length}`);
      ages.push(now + later - asOf);
    }
    expect(ages).to.deep.equal([50_000, 0, 50_000, 0]);
  });

  it('that have one value give the newest one', async () => {
    expect(await payloadOf('mode')).to.equal(null);
    await server.publish('mode', { auto: true });
    expect(await payloadOf('mode')).to.deep.equal({ auto: true });
    await server.publish('mode', 'manual');
    expect(await payloadOf('mode')).to.equal('manual');
  });

  it('give no more updates a second than asked for, and the newest of them', async () => {
    client.subscribe('mode', { maxRateHz: 10 });
    await client.first('snapshot');
    for (let n = 1; n <= 100; n++) await server.publish('mode', n);
    const last = await client.first('update', ({ payload }) => payload === 100);
    expect(last.seq).to.be.below(5);
  });

  it('refuse to be published to what cannot be', async () => {
    const failure = (publishing: Promise<unknown>): Promise<string> =>
      publishing.then(
        () => '',
        (error: unknown) => String(error),
      );
    expect(await failure(server.publish('weather', 1))).to.match(/no topic weather; the server has units, named/);
    expect(await failure(server.publish('units', 5))).to.match(/a row must be an object/);
    expect(await failure(server.publish('units', { load: 5 }))).to.match(/a row must have a member id/);
    expect(await failure(server.publish('temps', ['x']))).to.match(/begins with its time/);
    expect(await failure(server.publish('mode', undefined))).to.match(/0 bytes/);
    expect(await failure(server.publish('mode', 'x'.repeat(131_072)))).to.match(/131074 bytes/);
    expect(await failure(server.remove('temps', 'x'))).to.match(/no keys/);
  });
});
