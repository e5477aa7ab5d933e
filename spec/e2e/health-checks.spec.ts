import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { memoryLog, startDashboard, type TestDashboardServer } from 'unitlink/testing';
import { startBalancer, type Balancer } from '../../examples/failover/balancer.js';
import { freePort, pause } from '../../examples/failover/programs.js';
import { joinDashboard } from '../support/dashboard-client.js';

describe('the health checks and rules of HAProxy', () => {
  const log = memoryLog();
  let directory: string;
  let port: number;
  let a: TestDashboardServer;
  let b: TestDashboardServer;
  let balancer: Balancer;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'unitlink-spec-'));
    a = await startDashboard({ log, serverId: 'a' });
    b = await startDashboard({ log, serverId: 'b' });
    port = await freePort();
    balancer = await startBalancer('haproxy', { port, servers: { a: a.port, b: b.port }, directory });
    await balancer.inService('a');
  });

  afterEach(async () => {
    await balancer[Symbol.asyncDispose]();
    await a.stop();
    await b.stop();
    await rm(directory, { recursive: true, maxRetries: 5 });
  });

  const taken = async (isIn: boolean): Promise<void> => {
    while ((await balancer.isInService('a')) !== isIn) await pause(50);
  };
  const serverFor = async (avoid: string): Promise<string> => {
    await using client = await joinDashboard(`ws://127.0.0.1:${port}/live${avoid}`);
    return client.said.map((data) => (data.messageType === 'welcome' ? data.serverId : '')).join('');
  };

  it('take a server out that answers over HTTP and refuses WebSockets, and in again', async () => {
    await a.refuse(true);
    await taken(false);
    await a.refuse(false);
    await taken(true);
  });

  it('take a server out that takes WebSockets and says that it is not well, and cut the links to it', async () => {
    await using client = await joinDashboard(`ws://127.0.0.1:${port}/live?avoid=b`);
    a.failHealth(true);
    await taken(false);
    expect(await client.ended).to.include(1006);
    a.failHealth(false);
    await taken(true);
  });

  it('count three failures before that', async () => {
    let checks = 0;
    let failures = 0;
    let isWell = true;
    const server = createServer((_request, response) => {
      if (!isWell) failures++;
      response.writeHead(isWell ? 200 : 503).end();
    }).on('upgrade', (_request, socket) => {
      checks++;
      socket.on('error', () => undefined).end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    });
    const { port: at } = a;
    await a.stop();
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    try {
      await taken(true);
      for (const before = checks; checks < before + 2;) await pause(50);
      isWell = false;
      await taken(false);
      expect(failures).to.equal(3);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('take a server out that answers nothing', async () => {
    a.silenceNew(true);
    await taken(false);
  });

  it('lead away from the server that is to be avoided, unless there is no other', async () => {
    for (let times = 0; times < 4; times++) {
      expect(await serverFor('?avoid=a')).to.equal('b');
      expect(await serverFor('?avoid=b')).to.equal('a');
    }
    await a.refuse(true);
    await taken(false);
    expect(await serverFor('?avoid=b')).to.equal('b');
  });

  it('leave a server that drains its links, and give it no others', async () => {
    await using client = await joinDashboard(`ws://127.0.0.1:${port}/live?avoid=b`);
    await balancer.drain('a');
    const draining = a.drain({ over: 60_000 });
    await client.first('goaway');
    for (let times = 0; times < 4; times++) expect(await serverFor('')).to.equal('b');
    // Longer than three failed checks take.
    await client.several(4, 'heartbeat');
    expect(client.webSocket.readyState).to.equal(1);
    client.webSocket.close(1000);
    await draining;
  });
});
