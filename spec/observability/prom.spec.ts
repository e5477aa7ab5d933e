import { expect } from 'chai';
import { Registry } from 'prom-client';
import { asyncScheduler } from 'rxjs';
import { promMetrics } from '../../lib/observability/prom.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { marbles } from '../support/marbles.js';
import { inTurn } from '../support/stub-transport.js';

const alerts = { messageType: 'alerts', items: [] } as const;
const valuesOf = async (registry: Registry, name: string) => {
  const metric = registry.getSingleMetric(name);
  return ((await metric?.get())?.values ?? []).map(({ labels, value }) => [labels, value]);
};

describe('promMetrics', () => {
  it('adds up the measurements of units that share a registry', async () => {
    const registry = new Registry();
    for (const { add, record } of [promMetrics(registry), promMetrics(registry)]) {
      add('unitlink.client.connection.count', 1, { state: 'live' });
      add('unitlink.client.connect.attempts', 1, { outcome: 'failure', 'error.type': '503' });
      record('unitlink.client.ack.duration', 0.2, { type: 'alerts' });
    }
    expect(await valuesOf(registry, 'unitlink_client_connections')).to.deep.equal([[{ state: 'live' }, 2]]);
    expect(await valuesOf(registry, 'unitlink_client_connect_attempts_total')).to.deep.equal([
      [{ outcome: 'failure', error_type: '503' }, 2],
    ]);
    const buckets = await valuesOf(registry, 'unitlink_client_ack_duration_seconds');
    expect(buckets).to.deep.include([{ le: 0.1, type: 'alerts' }, 0]);
    expect(buckets).to.deep.include([{ le: 0.25, type: 'alerts' }, 2]);
  });

  let registry = new Registry();
  marbles('takes what units measure', ({ cold, flush }) => {
    registry = new Registry();
    for (const systemId of ['a', 'b']) {
      const link$ = inTurn(cold('1s o 9s #'), cold('o'));
      virtualUnit(asyncScheduler, { link$ }, { systemId, metrics: promMetrics(registry) }).unit.send(alerts);
    }
    flush();
  });

  it('shows it under the names of Prometheus', async () => {
    const text = await registry.metrics();
    for (const line of [
      'unitlink_client_reconnects_total{cause="lost"} 2',
      'unitlink_client_connections{state="live"} 0',
      'unitlink_client_messages_sent_total{type="alerts"} 2',
      'unitlink_client_recovery_duration_seconds_count{cause="lost"} 2',
      'unitlink_client_heartbeat_timeouts_total 0',
      'unitlink_client_connection_closures_total{code="1006",clean="false",initiator="network"} 2',
    ])
      expect(text).to.contain(`${line}\n`);
  });
});
