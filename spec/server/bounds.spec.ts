import { expect } from 'chai';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { RateMeter } from '../../lib/server/message-rate.js';
import { serveDashboards } from '../../lib/server/serve-dashboards.js';
import { stateTopic } from '../../lib/server/state-topic.js';
import { joinDashboard } from '../support/dashboard-client.js';

const topics = { units: stateTopic() };

const statusOf = async (url: string, origin: string): Promise<number | undefined> => {
  const webSocket = new WebSocket(url, { origin });
  webSocket.on('error', () => undefined);
  const opened = once(webSocket, 'open').then(() => 101);
  const refused = once(webSocket, 'unexpected-response').then(([, { statusCode }]) => statusCode as number);
  const status = await Promise.race([opened, refused]);
  webSocket.terminate();
  return status;
};

const metricsOf = async (origin: string): Promise<string> => (await fetch(`${origin}/metrics`)).text();

describe('the origin of a page', () => {
  it('is said to the app where it is refused, each once, and no more than a hundred', async () => {
    const errors: string[] = [];
    const onError = (error: unknown): unknown => errors.push((error as Error).message);
    await using server = await serveDashboards({ topics, onError });
    const host = new URL(server.origin).host;
    for (const origin of ['https://foreign.example', 'https://foreign.example', `https://${'x'.repeat(300)}`])
      expect(await statusOf(server.url, origin)).to.equal(403);
    expect(errors).to.have.length(2);
    expect(errors[0]).to.equal(
      `a page of "https://foreign.example" was refused, which asked for the host "${host}": ` +
        'add it to origins, or have the proxy pass on Host as it came',
    );
    expect(errors[1]).to.have.length.below(400);
    for (let n = 0; n < 120; n++) await statusOf(server.url, `https://made-up-${n}.example`);
    expect(errors).to.have.length(100);
  });

  it('must be that of the server', async () => {
    await using server = await serveDashboards({ topics });
    expect(await statusOf(server.url, server.origin)).to.equal(101);
    expect(await statusOf(server.url, 'https://evil.example')).to.equal(403);
    expect(await statusOf(server.url, 'null')).to.equal(403);
    expect(await metricsOf(server.origin)).to.include('limited_total{bound="origin"} 2');
  });

  it('must be one of the list, or may be any', async () => {
    await using server = await serveDashboards({ topics, origins: ['https://app.example'] });
    expect(await statusOf(server.url, 'https://app.example')).to.equal(101);
    expect(await statusOf(server.url, server.origin)).to.equal(403);
    await using open = await serveDashboards({ topics, origins: 'any' });
    expect(await statusOf(open.url, 'https://other.example')).to.equal(101);
  });
});

describe('the bounds of a connection', () => {
  it('reads no faster than the rate, and heartbeats go on meanwhile', async () => {
    let now = 0;
    const meter = new RateMeter({ perSecond: 10, burst: 2 }, () => now);
    expect([meter.count(), meter.count(), meter.count()]).to.deep.equal([0, 100, 200]);
    now = 1000;
    expect(meter.count()).to.equal(0);

    await using server = await serveDashboards({ topics, heartbeat: 20, messageRate: { perSecond: 20, burst: 5 } });
    await using client = await joinDashboard(server.url);
    for (let t = 0; t < 8; t++) client.send({ messageType: 'ping', t });
    const [last] = (await client.several(8, 'pong')).slice(-1);
    expect(last?.t).to.equal(7);
    await client.first('heartbeat');
    expect(await metricsOf(server.origin)).to.match(/limited_total{bound="rate"} \d/);
  });

  it('says slow while a page does not read, and cuts it where too much waits', async () => {
    await using server = await serveDashboards({ topics, heartbeat: 20, bufferMark: 1000, maxBuffered: 200_000 });
    await using client = await joinDashboard(server.url);
    client.subscribe('units');
    await client.first('snapshot');
    client.webSocket.pause();
    const text = 'x'.repeat(50_000);
    for (let n = 0; n < 200; n++) await server.publish('units', { id: `u-${n % 20}`, n, text });
    client.webSocket.resume();
    await client.first('heartbeat', ({ slow }) => slow === true).catch(() => undefined);
    const metrics = await metricsOf(server.origin);
    expect(metrics).to.match(/limited_total{bound="(slow|buffered)"} \d/);
  });
});
