import { expect } from 'chai';
import { startDashboard } from '../../lib/testing/dashboard/start-dashboard.js';
import { joinDashboard } from '../support/dashboard-client.js';

describe('a server of dashboards that drains', () => {
  it('is done as soon as the last dashboard has gone by itself, however much time was left', async () => {
    await using server = await startDashboard();
    await using early = await joinDashboard(server.url);
    const drained = server.drain({ over: 60_000 });
    await using late = await joinDashboard(server.url);
    for (const client of [early, late]) {
      await client.first('goaway');
      client.webSocket.close(1000);
    }
    await drained;
    expect(server.connections()).to.equal(0);
  });
});
