import { expect } from 'chai';
import { memoryMetrics } from '../../../lib/observability/memory-metrics.js';
import { unitServerMetrics } from '../../../lib/server/units/unit-server-metrics.js';
import { startCloud } from '../../../lib/testing/cloud/start-cloud.js';
import { series } from '../../support/series.js';
import { connectTo, untilEvent, untilState } from '../../support/unit-on-cloud.js';

const alerts = { messageType: 'alerts', items: [] } as const;

describe('what is measured of a cloud', () => {
  it('is what it was made to do, number for number', async () => {
    const metrics = memoryMetrics();
    await using cloud = await startCloud({ metrics });
    cloud.refuseUpgrades({ status: 503, times: 2 });
    const ofUnit = memoryMetrics();
    const unit = connectTo(cloud, { metrics: ofUnit });
    const kills = ['resetSessions', 'resetSessions', 'closeSessions', 'dropSessions'] as const;
    for (const kill of kills) {
      await untilState(unit, 'connected');
      await unit.send(alerts).acknowledged;
      const closed = untilEvent(cloud, 'closed');
      const opened = untilEvent(cloud, 'opened');
      cloud[kill]();
      await Promise.all([closed, opened]);
    }
    await untilState(unit, 'connected');
    cloud.dropAcks(1);
    const received = untilEvent(cloud, 'message');
    unit.send(alerts);
    await received;
    expect(series(metrics.snapshot())['connection.count']).to.equal(1);
    const closed = untilEvent(cloud, 'closed');
    await unit.stop();
    await closed;

    expect(series(metrics.snapshot())).to.deep.equal({
      'connection.count': 0,
      'accepted.connections': 5,
      'refused.connections{status=503}': 2,
      reconnects: 4,
      'connection.closures{code=1006,clean=false}': 3,
      'connection.closures{code=1001,clean=true}': 1,
      'connection.closures{code=1000,clean=true}': 1,
      'received.messages{type=alerts}': 5,
      'acked.messages': 4,
    });
    expect(series(ofUnit.snapshot())).to.include({
      'connect.attempts{outcome=failure,error.type=503}': 2,
      'connect.attempts{outcome=success}': 5,
      'reconnects{cause=lost}': 3,
      'reconnects{cause=closed}': 1,
      'connection.closures{code=1001,clean=true,initiator=server}': 1,
      'connection.closures{code=1006,clean=false,initiator=network}': 3,
      'connection.closures{code=1000,clean=true,initiator=client}': 1,
      'sent.messages{type=alerts}': 5,
      'acked.messages{type=alerts}': 4,
      'dropped.messages{type=alerts,reason=stopped}': 1,
    });
  });

  it('counts the first connection of a unit as no reconnect', async () => {
    const metrics = memoryMetrics();
    await using cloud = await startCloud({ metrics });
    await using one = connectTo(cloud);
    await using other = connectTo(
      { credentials: await cloud.issueCredentials({ commonName: 'unit-2' }) },
      { systemId: 'unit-2' },
    );
    await Promise.all([untilState(one, 'connected'), untilState(other, 'connected')]);
    expect(series(metrics.snapshot())).to.include({ 'accepted.connections': 2, 'connection.count': 2, reconnects: 0 });
  });

  it('has one name for all types and codes that units make up', () => {
    const metrics = memoryMetrics();
    const measure = unitServerMetrics(metrics);
    const header = { version: 7, systemId: 'unit-1', createdAt: '', txn: '' };
    for (const messageType of ['alerts', 'x1', 'x2'])
      measure({ kind: 'message', session: 1, duplicate: false, header, data: { messageType } });
    for (const code of [4001, 4002]) measure({ kind: 'closed', session: 1, code, reason: '' });
    expect(series(metrics.snapshot())).to.include({
      'received.messages{type=alerts}': 1,
      'received.messages{type=other}': 2,
      'connection.closures{code=other,clean=true}': 2,
    });
  });
});
