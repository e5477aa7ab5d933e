import { expect } from 'chai';
import fetch from 'node-fetch';
import { memoryLog } from '../../lib/server/memory-log.js';
import { seriesTopic } from '../../lib/server/series-topic.js';
import { startDashboard, type TestDashboardServer } from '../../lib/testing/dashboard/start-dashboard.js';
import { type DashboardClient, joinDashboard } from '../support/dashboard-client.js';

describe('servers of dashboards that share a log', () => {
  const log = memoryLog();
  let a: TestDashboardServer;
  let b: TestDashboardServer;
  const clients: DashboardClient[] = [];

  const join = async ({ url }: TestDashboardServer, clientId?: string): Promise<DashboardClient> => {
    const client = await joinDashboard(url, clientId);
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    const topics = { temps: seriesTopic({ window: 60_000 }) };
    a = await startDashboard({ log, topics, serverId: 'a' });
    b = await startDashboard({ log, topics, serverId: 'b' });
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client[Symbol.asyncDispose]()));
    await a.stop();
    await b.stop();
  });

  it('tell each other what is published', async () => {
    const client = await join(b);
    client.subscribe('temps');
    await client.first('snapshot');
    const t = Date.now();
    await a.publish('temps', [t, 1]);
    expect((await client.first('update')).payload).to.deep.equal({ points: [[t, 1]] });
  });

  it('resume the dashboards of each other', async () => {
    const first = await join(a);
    first.subscribe('temps');
    const { epoch, offset } = await first.first('snapshot');
    a.cut();
    await first.ended;
    const t = Date.now();
    await a.publish('temps', [t, 1]);
    const second = await join(b);
    second.subscribe('temps', { gen: 2, resume: { epoch, offset } });
    expect(await second.first('resumed')).to.include({ count: 1 });
    expect((await second.first('update')).payload).to.deep.equal({ points: [[t, 1]] });
  });

  it('say goaway when one drains, 503 to health checks, and close with 1012 who stays', async () => {
    const stays = await Promise.all(['1', '2', '3'].map((clientId) => join(a, clientId)));
    const goes = await join(a, 'goes');
    const drained = a.drain({ over: 200, reason: 'update' });
    expect(await goes.first('goaway')).to.include({ reason: 'update', drainMs: 200, avoid: 'a' });
    expect((await fetch(`${a.origin}/healthz`)).status).to.equal(503);
    goes.webSocket.close(1000);
    expect((await goes.ended)[0]).to.equal(1000);
    const ends = await Promise.all(stays.map(({ ended }) => ended));
    expect(ends.map(([code]) => code)).to.deep.equal([1012, 1012, 1012]);
    await drained;
    expect(a.connections()).to.equal(0);
    expect(a.journal.closures.map(({ code }) => code)).to.deep.equal([1000, 1012, 1012, 1012]);
  });

  it('spread those closures over the time', async () => {
    const stays = await Promise.all(['1', '2', '3', '4'].map((clientId) => join(a, clientId)));
    const begun = Date.now();
    await a.drain({ over: 400 });
    await Promise.all(stays.map(({ ended }) => ended));
    const times = a.journal.closures.map(({ at }) => at - begun);
    for (const [index, at] of times.entries()) expect(at).to.be.at.least(95 * (index + 1));
  });

  it('send away who comes while one drains, but nobody who says that this was to be avoided', async () => {
    await join(a);
    const drained = a.drain({ over: 300 });
    const comes = await join(a, 'comes');
    expect((await comes.first('goaway')).avoid).to.equal('a');
    const sent = await joinDashboard(`${a.url}?avoid=a`, 'sent');
    clients.push(sent);
    sent.subscribe('temps');
    await sent.first('snapshot');
    expect(sent.said.filter(({ messageType }) => messageType === 'goaway')).to.deep.equal([]);
    await drained;
  });

  it('close with 1001 when one stops, silent ones included, and leave the others alone', async () => {
    const [one, silent, other] = [await join(a), await join(a, 'silent'), await join(b)];
    a.silence(true, 'silent');
    await a.stop();
    expect((await one.ended)[0]).to.equal(1001);
    expect((await silent.ended)[0]).to.equal(1001);
    other.subscribe('temps');
    await other.first('snapshot');
  });
});
