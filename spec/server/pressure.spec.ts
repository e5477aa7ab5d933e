import { expect } from 'chai';
import type { Said } from '../support/dashboard-client.js';
import { seriesTopic } from '../../lib/server/series-topic.js';
import { startDashboard, type TestDashboardServer } from '../../lib/testing/dashboard/start-dashboard.js';
import { stateTopic } from '../../lib/server/state-topic.js';
import { valueTopic } from '../../lib/server/value-topic.js';
import { type DashboardClient, joinDashboard } from '../support/dashboard-client.js';

const most = 256 * 1024;
const text = 'ü'.repeat(400);

interface Rows {
  readonly rows: readonly { readonly id: string }[];
  readonly total: number;
}

const rowsOf = ({ payload }: Said<'snapshot'>): Rows => payload as Rows;

describe('a server of dashboards under load', () => {
  let server: TestDashboardServer;
  const clients: DashboardClient[] = [];

  const join = async (clientId?: string): Promise<DashboardClient> => {
    const client = await joinDashboard(server.url, clientId);
    clients.push(client);
    return client;
  };
  const sizes = ({ frames }: DashboardClient): number[] => frames.map((frame) => Buffer.byteLength(frame));

  beforeEach(async () => {
    server = await startDashboard({
      bufferMark: 64 * 1024,
      topics: {
        units: stateTopic({ maxPageSize: 5000 }),
        temps: seriesTopic({ window: 60_000, maxPending: 100 }),
        mode: valueTopic(),
      },
    });
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client[Symbol.asyncDispose]()));
    await server.stop();
  });

  it('gives a large snapshot in parts, none too large, and serves others meanwhile', async () => {
    await Promise.all(Array.from({ length: 5000 }, (_, n) => server.publish('units', { id: `u-${n}`, text })));
    const [slow, quick] = [await join('slow'), await join('quick')];
    slow.webSocket.pause();
    slow.subscribe('units');
    quick.subscribe('units');
    quick.send({ messageType: 'ping', t: 1 });
    await quick.first('snapshot', ({ more }) => more === undefined);
    const order = quick.said.map(({ messageType }) => messageType);
    expect(order.indexOf('pong')).to.be.below(order.lastIndexOf('snapshot'));
    const parts = await quick.several(order.filter((type) => type === 'snapshot').length, 'snapshot');
    expect(parts).to.have.lengthOf.above(10);
    expect(new Set(parts.map(({ offset, seq }) => `${offset} ${seq}`))).to.deep.equal(new Set(['5000 0']));
    expect(parts.flatMap((part) => rowsOf(part).rows.map(({ id }) => id))).to.deep.equal(
      Array.from({ length: 5000 }, (_, n) => `u-${n}`),
    );
    expect(Math.max(...sizes(quick))).to.be.at.most(most);
    slow.webSocket.resume();
    await slow.first('snapshot', ({ more }) => more === undefined);
  });

  it('sends what changes during a snapshot after it', async () => {
    await Promise.all(Array.from({ length: 2000 }, (_, n) => server.publish('units', { id: `u-${n}`, text })));
    const client = await join();
    client.subscribe('units');
    await client.first('snapshot');
    await server.publish('units', { id: 'u-0', text: 'new' });
    await server.remove('units', 'u-1');
    const update = await client.first('update');
    expect(update).to.deep.include({
      seq: 1,
      payload: { set: [{ id: 'u-0', text: 'new' }], remove: ['u-1'], total: 1999 },
    });
    const last = client.said.findLastIndex(({ messageType }) => messageType === 'snapshot');
    expect(client.said.findIndex(({ messageType }) => messageType === 'update')).to.be.above(last);
  });

  it('conflates rows and values, and thins points, for who does not read, and not for others', async () => {
    const [slow, quick] = [await join('slow'), await join('quick')];
    for (const client of [slow, quick])
      for (const topic of ['units', 'temps', 'mode']) {
        client.subscribe(topic);
        await client.first('snapshot', ({ subId }) => subId === topic);
      }
    const t = Date.now();
    server.silence(true, 'slow');
    for (let n = 1; n <= 2000; n++) {
      await server.publish('units', { id: `u-${n % 10}`, n, text });
      await server.publish('temps', [t, n, text.length]);
      await server.publish('mode', n);
    }
    await quick.first('update', ({ subId, offset }) => subId === 'mode' && offset === 2000);
    server.silence(false);
    await slow.first('update', ({ subId, offset }) => subId === 'mode' && offset === 2000);
    await slow.first('update', ({ subId, offset }) => subId === 'units' && offset === 2000);
    await slow.first('update', ({ subId, offset }) => subId === 'temps' && offset === 2000);

    const updates = (client: DashboardClient, topic: string): Said<'update'>[] =>
      client.said.filter((data): data is Said<'update'> => data.messageType === 'update' && data.subId === topic);
    for (const topic of ['units', 'temps', 'mode']) {
      expect(updates(quick, topic)).to.have.lengthOf(2000);
      const seqs = updates(slow, topic).map(({ seq }) => seq);
      expect(seqs).to.have.lengthOf.below(1000);
      expect(seqs).to.deep.equal(seqs.map((_, index) => index + 1));
    }
    const state = new Map<string, number>();
    for (const { payload } of updates(slow, 'units'))
      for (const { id, n } of (payload as { set: { id: string; n: number }[] }).set) state.set(id, n);
    expect([...state.values()].sort()).to.deep.equal([1991, 1992, 1993, 1994, 1995, 1996, 1997, 1998, 1999, 2000]);
    const temps = updates(slow, 'temps');
    const points = temps.reduce((sum, { payload }) => sum + (payload as { points: unknown[] }).points.length, 0);
    const thinned = temps.reduce((sum, { thinned: n = 0 }) => sum + n, 0);
    expect(thinned).to.be.above(0);
    expect(points + thinned).to.equal(2000);
  });

  it('sends a snapshot to who did not read for so long that removed rows are forgotten', async () => {
    const client = await join('slow');
    client.subscribe('units');
    await client.first('snapshot');
    server.silence(true, 'slow');
    for (let n = 0; n < 200; n++) await server.publish('units', { id: `u-${n}`, text });
    for (let n = 0; n < 11_500; n++) {
      await server.publish('units', { id: `x-${n}` });
      await server.remove('units', `x-${n}`);
    }
    server.silence(false);
    expect(await client.first('ended')).to.include({ subId: 'units', gen: 1, code: 'gone' });
    client.subscribe('units', { gen: 2 });
    expect(rowsOf(await client.first('snapshot', ({ gen }) => gen === 2)).total).to.equal(200);
  });

  it('replays much in several updates, each a position of its own', async () => {
    const client = await join();
    client.subscribe('units');
    const { epoch } = await client.first('snapshot');
    client.send({ messageType: 'unsubscribe', subId: 'units', gen: 1 });
    await client.first('ack');
    await Promise.all(Array.from({ length: 1000 }, (_, n) => server.publish('units', { id: `u-${n}`, text })));
    client.subscribe('units', { gen: 2, resume: { epoch, offset: 0 } });
    const { count } = await client.first('resumed');
    expect(count).to.be.above(10);
    const updates = await client.several(count, 'update');
    expect(updates.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: count }, (_, n) => n + 1));
    expect(updates.every(({ offset }, n) => offset > (updates[n - 1]?.offset ?? 0))).to.equal(true);
    const [half] = updates.slice(Math.floor(count / 2));
    client.subscribe('units', { gen: 3, resume: { epoch, offset: half?.offset ?? 0 } });
    const rest = await client.first('resumed', ({ gen }) => gen === 3);
    expect(rest.count).to.equal(count - Math.floor(count / 2) - 1);
    expect(Math.max(...sizes(client))).to.be.at.most(most);
  });

  it('ends a page that no frame can hold', async () => {
    await Promise.all(Array.from({ length: 500 }, (_, n) => server.publish('units', { id: `u-${n}`, text })));
    const client = await join();
    client.subscribe('units', { params: { sort: 'id', pageSize: 5000 } });
    await client.first('snapshot', ({ more }) => more === undefined);
    await server.publish('units', { id: 'u-0', text: 'new' });
    expect(await client.first('ended')).to.include({ code: 'limit' });
  });
});
