import { expect } from 'chai';
import { startDashboard, type TestDashboardServer } from '../../lib/testing/dashboard/start-dashboard.js';
import { stateTopic } from '../../lib/server/state-topic.js';
import { seriesTopic } from '../../lib/server/series-topic.js';
import { valueTopic } from '../../lib/server/value-topic.js';
import { type DashboardClient, dialDashboard, joinDashboard } from '../support/dashboard-client.js';
import { until } from '../support/until.js';

describe('the server of dashboards on loopback', () => {
  let server: TestDashboardServer;
  const clients: DashboardClient[] = [];

  const dial = async (...[clientId]: string[]): Promise<DashboardClient> => {
    const client = await dialDashboard(server.url, clientId);
    clients.push(client);
    return client;
  };
  const join = async (clientId?: string, lastSession?: string): Promise<DashboardClient> => {
    const client = await joinDashboard(server.url, clientId, { lastSession });
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    server = await startDashboard({
      serverId: 'a',
      heartbeat: 20,
      helloTimeout: 200,
      maxSubscriptions: 3,
      topics: { units: stateTopic(), temps: seriesTopic({ window: 60_000 }), mode: valueTopic() },
      authenticate: (token) => (token === 'old' ? 'refuse' : token === 'evil' ? 'forbid' : 'ok'),
    });
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client[Symbol.asyncDispose]()));
    await server.stop();
  });

  it('answers hello with welcome', async () => {
    const client = await dial();
    const welcome = await client.hello();
    expect(welcome).to.include({ serverId: 'a', heartbeatMs: 20 });
    expect(welcome.limits).to.deep.equal({ maxSubscriptions: 3, maxFrame: 262_144 });
    expect(JSON.parse(client.frames[0] ?? '')).to.have.nested.property('header.clientId', 'c-1');
  });

  it('answers subscribe with a snapshot, then sends updates without a gap', async () => {
    await server.publish('units', { id: 'u-1', load: 1 }, 1000);
    const client = await join();
    client.subscribe('units');
    const snapshot = await client.first('snapshot');
    expect(snapshot).to.include({ subId: 'units', gen: 1, offset: 1, seq: 0, asOf: 1000 });
    expect(snapshot.payload).to.deep.equal({ rows: [{ id: 'u-1', load: 1 }], total: 1 });
    await server.publish('units', { id: 'u-2', load: 2 }, 2000);
    await server.remove('units', 'u-1', 3000);
    const updates = await client.several(2, 'update');
    expect(updates.map(({ seq, offset, ts, payload }) => ({ seq, offset, ts, payload }))).to.deep.equal([
      { seq: 1, offset: 2, ts: 2000, payload: { set: [{ id: 'u-2', load: 2 }], remove: [], total: 2 } },
      { seq: 2, offset: 3, ts: 3000, payload: { set: [], remove: ['u-1'], total: 1 } },
    ]);
  });

  it('resumes where a dashboard left off', async () => {
    const first = await join();
    first.subscribe('temps');
    const { epoch, offset } = await first.first('snapshot');
    await first[Symbol.asyncDispose]();
    const t = Date.now();
    await server.publish('temps', [t, 1]);
    await server.publish('temps', [t + 1, 2]);
    const second = await join();
    second.subscribe('temps', { gen: 2, resume: { epoch, offset } });
    expect(await second.first('resumed')).to.include({ gen: 2, epoch, offset: 0, count: 1 });
    const update = await second.first('update');
    expect(update).to.deep.include({
      seq: 1,
      offset: 2,
      payload: {
        points: [
          [t, 1],
          [t + 1, 2],
        ],
      },
    });
  });

  it('answers a resume from another epoch with a snapshot', async () => {
    const client = await join();
    client.subscribe('mode', { resume: { epoch: 'another', offset: 0 } });
    expect((await client.first('snapshot')).payload).to.equal(null);
  });

  it('sends heartbeats with the seq of what was quiet', async () => {
    const client = await join();
    client.subscribe('mode');
    expect((await client.first('heartbeat', ({ seqs }) => seqs !== undefined)).seqs).to.deep.equal({ mode: 0 });
    await server.publish('mode', 'auto');
    expect((await client.first('heartbeat', ({ seqs }) => seqs?.['mode'] === 1)).seqs).to.deep.equal({ mode: 1 });
  });

  it('answers a ping with its t', async () => {
    const client = await join();
    client.send({ messageType: 'ping', t: 17 });
    expect((await client.first('pong')).t).to.equal(17);
  });

  it('acknowledges unsubscribe, and says no more', async () => {
    const client = await join();
    client.subscribe('mode');
    await client.first('snapshot');
    client.send({ messageType: 'unsubscribe', subId: 'mode', gen: 1 }, 'u-1');
    expect((await client.first('ack')).txn).to.equal('u-1');
    await server.publish('mode', 'auto');
    client.send({ messageType: 'ping', t: 1 });
    await client.first('pong');
    expect(client.said.filter(({ messageType }) => messageType === 'update')).to.deep.equal([]);
  });

  it('ends what it cannot do, with a code', async () => {
    const client = await join();
    client.subscribe('weather');
    client.subscribe('units', { params: { pageSize: 0 } });
    client.subscribe('temps', { params: 5 });
    const codes = (await client.several(3, 'ended')).map(({ subId, code }) => [subId, code]);
    expect(codes).to.deep.equal([
      ['weather', 'unknown-topic'],
      ['units', 'invalid-params'],
      ['temps', 'invalid-params'],
    ]);
    for (const subId of ['1', '2', '3', '4']) client.subscribe('mode', { subId });
    expect(await client.first('ended', ({ subId }) => subId === '4')).to.include({ code: 'limit' });
  });

  it('closes with a code what it does not let in', async () => {
    const [refused, forbidden, mute, garbage, early, stranger] = await Promise.all(
      Array.from({ length: 6 }, () => dial()),
    );
    refused?.send({ messageType: 'hello', protocol: 'unitlink.dashboard.1', token: 'old' });
    forbidden?.send({ messageType: 'hello', protocol: 'unitlink.dashboard.1', token: 'evil' });
    garbage?.sendText('{');
    early?.subscribe('mode');
    stranger?.send({ messageType: 'hello', protocol: 'another' });
    expect((await refused?.ended)?.[0]).to.equal(4401);
    expect((await forbidden?.ended)?.[0]).to.equal(4403);
    expect((await garbage?.ended)?.[0]).to.equal(4400);
    expect((await early?.ended)?.[0]).to.equal(4400);
    expect((await stranger?.ended)?.[0]).to.equal(4400);
    expect((await mute?.ended)?.[0]).to.equal(4408);
  });

  it('reads binary frames too, and passes over types that it does not know', async () => {
    const client = await dial();
    client.sendText(
      Buffer.from('{"header":{"version":7,"clientId":"c","txn":"1"},"data":{"messageType":"later","subId":7}}'),
    );
    expect((await client.hello()).serverId).to.equal('a');
  });

  it('keeps a journal', async () => {
    const client = await join('c-7', 's-0');
    client.subscribe('units', { params: { filter: 'x', nothing: null }, gen: 4, resume: { epoch: 'e', offset: 3 } });
    await client.first('snapshot');
    client.send({ messageType: 'unsubscribe', subId: 'units', gen: 4 });
    client.send({ messageType: 'ping', t: 1 });
    await client.first('pong');
    const closed = until(server.journal.entry$, ({ kind }) => kind === 'closure');
    client.webSocket.close(1000);
    await closed;
    const { connections, hellos, subscribes, answers, unsubscribes, pings, closures } = server.journal;
    expect(connections.map(({ url }) => url)).to.deep.equal(['/live']);
    expect(hellos[0]).to.include({ clientId: 'c-7', lastSession: 's-0', answer: 'ok', session: 1 });
    expect(subscribes[0]).to.deep.include({
      gen: 4,
      params: { filter: 'x', nothing: null },
      resume: { epoch: 'e', offset: 3 },
    });
    expect(answers[0]).to.include({ subId: 'units', answer: 'snapshot' });
    expect([unsubscribes.length, pings.length]).to.deep.equal([1, 1]);
    expect(closures[0]).to.include({ code: 1000, clientId: 'c-7' });
  });
});
