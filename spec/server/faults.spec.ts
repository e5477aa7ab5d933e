import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import fetch from 'node-fetch';
import { seriesTopic } from '../../lib/server/series-topic.js';
import { startDashboard, type TestDashboardServer } from '../../lib/testing/dashboard/start-dashboard.js';
import { valueTopic } from '../../lib/server/value-topic.js';
import { type DashboardClient, dialDashboard, joinDashboard } from '../support/dashboard-client.js';

describe('the faults of a server of dashboards', () => {
  let server: TestDashboardServer;
  const clients: DashboardClient[] = [];

  const dial = async (clientId?: string): Promise<DashboardClient> => {
    const client = await dialDashboard(server.url, clientId);
    clients.push(client);
    return client;
  };
  const join = async (clientId?: string): Promise<DashboardClient> => {
    const client = await joinDashboard(server.url, clientId);
    clients.push(client);
    return client;
  };
  const alive = async (client: DashboardClient, t = Math.random()): Promise<void> => {
    client.send({ messageType: 'ping', t });
    await client.first('pong', (pong) => pong.t === t);
  };
  const opens = (): Promise<boolean> =>
    dial().then(
      () => true,
      () => false,
    );

  beforeEach(async () => {
    server = await startDashboard({
      heartbeat: 20,
      topics: { mode: valueTopic(), temps: seriesTopic({ window: 60_000 }) },
    });
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client[Symbol.asyncDispose]()));
    await server.stop();
  });

  it('cut ends one connection, or all, with a reset', async () => {
    const [one, other] = [await join('one'), await join('other')];
    server.cut('one');
    expect((await one.ended)[0]).to.equal(1006);
    expect(one.errors).to.deep.equal(['ECONNRESET']);
    await alive(other);
    server.cut();
    expect((await other.ended)[0]).to.equal(1006);
  });

  it('close ends with this code', async () => {
    const client = await join();
    server.close(1012, 'restart');
    expect(await client.ended).to.deep.equal([1012, 'restart']);
  });

  it('silence keeps the connections there are, says nothing on them, and then all that was held', async () => {
    const [silent, other] = [await join('silent'), await join('other')];
    silent.subscribe('mode');
    await silent.first('snapshot');
    server.silence(true, 'silent');
    const { length } = silent.said;
    silent.send({ messageType: 'ping', t: 7 });
    for (const value of [1, 2]) await server.publish('mode', value);
    await other.several(3, 'heartbeat');
    await alive(await join('new'));
    expect(silent.said).to.have.lengthOf(length);
    expect(server.connections()).to.equal(3);
    expect(server.journal.pings.filter(({ clientId }) => clientId === 'silent')).to.deep.equal([]);
    server.silence(false);
    expect((await silent.several(2, 'update')).map(({ seq, payload }) => [seq, payload])).to.deep.equal([
      [1, 1],
      [2, 2],
    ]);
    await silent.first('pong', ({ t }) => t === 7);
  });

  it('silenceNew accepts connections and answers nothing on them, health checks included', async () => {
    const before = await join();
    server.silenceNew(true);
    const opening = dial();
    const health = fetch(`${server.origin}/healthz`);
    const tcp = connect(server.port, '127.0.0.1');
    await once(tcp, 'connect');
    tcp.destroy();
    await before.several(3, 'heartbeat');
    expect(server.connections()).to.equal(1);
    server.silenceNew(false);
    await (await opening).hello();
    expect((await health).status).to.equal(200);
  });

  it('refuse answers upgrades with 503, and lets the connections there are go on', async () => {
    const before = await join();
    await server.refuse(true);
    expect(await opens()).to.equal(false);
    await alive(before);
    await server.refuse(false);
    expect(await opens()).to.equal(true);
  });

  it('refuse refuses TCP too, and comes back on the same port', async () => {
    const before = await join();
    await server.refuse(true, 'tcp');
    const tcp = connect(server.port, '127.0.0.1');
    const error = await once(tcp, 'connect').then(
      () => undefined,
      (cause: unknown) => cause as NodeJS.ErrnoException,
    );
    expect(error?.code).to.equal('ECONNREFUSED');
    await alive(before);
    await server.refuse(false, 'tcp');
    expect(await opens()).to.equal(true);
  });

  it('acceptThenClose closes the next connections at once', async () => {
    server.acceptThenClose(1, 1013);
    server.acceptThenClose(1, 'reset');
    expect((await (await dial()).ended)[0]).to.equal(1013);
    const reset = await dial().then(
      (client) => client.ended.then(([code]) => code),
      () => 1006,
    );
    expect(reset).to.equal(1006);
    await join();
  });

  it('refuseSubscriptions says nack, or ended, so many times', async () => {
    const client = await join();
    server.refuseSubscriptions('mode', 1, { nack: true, retryAfter: 30 });
    server.refuseSubscriptions('mode', 1, { ended: 'failed', retryAfter: 40 });
    client.send({ messageType: 'subscribe', subId: 'm', gen: 1, topic: 'mode' }, 'mine');
    expect(await client.first('nack')).to.include({ txn: 'mine', retryAfter: 30 });
    client.subscribe('mode', { gen: 2 });
    expect(await client.first('ended')).to.include({ gen: 2, code: 'failed', retryAfter: 40 });
    client.subscribe('temps');
    client.subscribe('mode', { gen: 3 });
    expect((await client.several(2, 'snapshot')).map(({ subId }) => subId)).to.deep.equal(['temps', 'mode']);
  });

  it('swallow answers nothing; the same frame again is answered', async () => {
    const client = await join();
    server.swallow('mode');
    client.subscribe('mode');
    await alive(client);
    expect(server.journal.answers.map(({ answer }) => answer)).to.deep.equal(['none']);
    client.subscribe('mode');
    expect(await client.first('snapshot')).to.include({ gen: 1 });
    client.subscribe('mode');
    await client.several(2, 'snapshot', ({ gen }) => gen === 1);
  });

  it('skipUpdate makes a gap, which the next update or the next heartbeat tells', async () => {
    const client = await join();
    client.subscribe('mode');
    await client.first('snapshot');
    server.skipUpdate('mode');
    await server.publish('mode', 1);
    await client.first('heartbeat', ({ seqs }) => seqs?.['mode'] === 1);
    await server.publish('mode', 2);
    const update = await client.first('update');
    expect(update).to.include({ seq: 2, payload: 2 });
  });

  it('holdHeartbeats holds them', async () => {
    const client = await join();
    await client.first('heartbeat');
    server.holdHeartbeats(true);
    const heartbeats = (): number => client.said.filter(({ messageType }) => messageType === 'heartbeat').length;
    await alive(client);
    const before = heartbeats();
    server.latency(100);
    await alive(client);
    expect(heartbeats()).to.equal(before);
    server.holdHeartbeats(false);
    await client.several(before + 1, 'heartbeat');
  });

  it('latency delays what is sent, and keeps its order', async () => {
    const client = await join();
    client.subscribe('mode');
    await client.first('snapshot');
    server.latency(100);
    const sent = performance.now();
    await server.publish('mode', 1);
    server.latency(0);
    await server.publish('mode', 2);
    const updates = await client.several(2, 'update');
    expect(performance.now() - sent).to.be.at.least(95);
    expect(updates.map(({ payload }) => payload)).to.deep.equal([1, 2]);
  });

  it('replyToDeadGen sends an update under the generation before', async () => {
    const client = await join();
    client.subscribe('mode', { gen: 5 });
    await client.first('snapshot');
    server.replyToDeadGen('mode', 'dead');
    expect(await client.first('update')).to.include({ gen: 4, payload: 'dead' });
  });

  it('failHealth answers health checks with 503; clearFaults ends it, and all other faults', async () => {
    // Each on a connection of its own, as the one before may be closed with the port.
    const headers = { Connection: 'close' };
    const status = async (): Promise<number> => (await fetch(`${server.origin}/healthz`, { headers })).status;
    server.failHealth(true);
    expect(await status()).to.equal(503);
    server.swallow('mode', 100);
    await server.refuse(true);
    await server.refuse(true, 'tcp');
    await server.clearFaults();
    expect(await status()).to.equal(200);
    const client = await join();
    client.subscribe('mode');
    await client.first('snapshot');
  });

  it('have a journal, also by its former name', () => {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- it works for one more minor version
    expect(server.books).to.equal(server.journal);
  });
});
