import { expect } from 'chai';
import { serveDashboards } from '../../lib/server/serve-dashboards.js';
import { stateTopic } from '../../lib/server/state-topic.js';
import { startDashboard } from '../../lib/testing/dashboard/start-dashboard.js';
import { joinDashboard } from '../support/dashboard-client.js';

describe('serveDashboards', () => {
  it('serves what is published, and closes with 1001 when it stops', async () => {
    const server = await serveDashboards({ topics: { units: stateTopic() } });
    await server.publish('units', { id: 'u-1', state: 'online' });
    await using client = await joinDashboard(server.url);
    client.subscribe('units');
    expect((await client.first('snapshot')).payload).to.deep.equal({
      rows: [{ id: 'u-1', state: 'online' }],
      total: 1,
    });
    await server.stop();
    expect((await client.ended)[0]).to.equal(1001);
  });

  it('has no faults and no journal: these come with startDashboard alone', async () => {
    await using server = await serveDashboards();
    await using test = await startDashboard();
    const names = Object.keys(server);
    expect(names.sort()).to.deep.equal(
      ['connections', 'drain', 'handle', 'origin', 'port', 'publish', 'remove', 'serverId', 'stop', 'url'].sort(),
    );
    expect(Object.keys(test)).to.include.members([...names, 'journal', 'cut', 'silence', 'refuse', 'clearFaults']);
  });
});
