import { expect } from 'chai';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveDashboards } from '../../lib/server/serve-dashboards.js';
import { valueTopic } from '../../lib/server/value-topic.js';
import { joinDashboard } from '../support/dashboard-client.js';

describe('serveDashboards on a server of the app', () => {
  it('takes the upgrades at its path, answers what is passed on, and leaves the server as it was', async () => {
    const app = createServer();
    const dashboards = await serveDashboards({ server: app, path: '/dashboards', topics: { mode: valueTopic() } });
    app.on('request', (request, response) => {
      if (!dashboards.handle(request, response)) response.end('the app');
    });
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
    const origin = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
    expect(dashboards.origin).to.equal(origin);
    expect(await (await fetch(`${origin}/healthz`)).text()).to.equal('ok\n');
    expect(await (await fetch(`${origin}/`)).text()).to.equal('the app');

    const client = await joinDashboard(dashboards.url);
    client.subscribe('mode');
    await client.first('snapshot');
    await dashboards.stop();
    expect((await client.ended)[0]).to.equal(1001);
    expect(app.listenerCount('upgrade')).to.equal(0);
    expect(await (await fetch(`${origin}/`)).text()).to.equal('the app');
    app.close();
    app.closeAllConnections();
  });

  it('leaves upgrades at other paths to the app if it has a listener for them', async () => {
    const app = createServer();
    await using dashboards = await serveDashboards({ server: app });
    app.on('upgrade', ({ url }, socket) => {
      if (url === '/chat') socket.end('HTTP/1.1 418 no\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
    const url = `${dashboards.origin}/chat`;
    const answer = await fetch(url, { headers: { connection: 'upgrade', upgrade: 'websocket' } }).catch(
      () => undefined,
    );
    expect(answer?.status ?? 418).to.equal(418);
    app.close();
    app.closeAllConnections();
  });
});
