import { expect } from 'chai';
import { Registry } from 'prom-client';
import { instruments } from '../../lib/observability/instruments.js';
import { memoryMetrics } from '../../lib/observability/memory-metrics.js';
import type { MetricsSink } from '../../lib/observability/metrics-sink.js';
import { promMetrics } from '../../lib/observability/prom.js';
import { prometheusText } from '../../lib/observability/prometheus-text.js';

const measure = ({ add, set, record }: MetricsSink) => {
  add('unitlink.client.heartbeat.timeouts', 0);
  add('unitlink.client.connect.attempts', 2, { outcome: 'failure', 'error.type': 'a "b" \\ c\nd' });
  add('unitlink.client.inflight', 3);
  add('unitlink.client.inflight', -1);
  set('unitlink.client.subscription.age', 2.5, { topic: 'monitoring' });
  for (const value of [0.2, 0.25, 500]) record('unitlink.client.recovery.duration', value, { cause: 'lost' });
  record('unitlink.client.connection.duration', 7);
};
const lines = (text: string) => new Set(text.split('\n').filter((line) => line !== ''));

describe('prometheusText', () => {
  it('has each instrument with its help and type once, and its series', () => {
    const metrics = memoryMetrics();
    metrics.add('unitlink.server.connection.closures', 1, { code: '1006', clean: 'false' });
    metrics.add('unitlink.server.connection.count', 1);
    metrics.add('unitlink.server.connection.closures', 2, { code: '1000', clean: 'true' });
    expect(prometheusText(metrics.snapshot())).to.equal(
      [
        '# HELP unitlink_server_connection_closures_total Connections that ended, by close code; clean where there was a close frame.',
        '# TYPE unitlink_server_connection_closures_total counter',
        'unitlink_server_connection_closures_total{code="1006",clean="false"} 1',
        'unitlink_server_connection_closures_total{code="1000",clean="true"} 2',
        '# HELP unitlink_server_connections Connections that are open.',
        '# TYPE unitlink_server_connections gauge',
        'unitlink_server_connections 1',
        '',
      ].join('\n'),
    );
  });

  it('says the same as prom-client', async () => {
    const metrics = memoryMetrics((name) => instruments[name].buckets);
    const registry = new Registry();
    measure(metrics);
    measure(promMetrics(registry));
    const theirs = lines((await registry.metrics()).replaceAll(/\{le="([^"]*)",([^}]*)\}/g, '{$2,le="$1"}'));
    expect(lines(prometheusText(metrics.snapshot()))).to.deep.equal(theirs);
  });

  it('is empty where nothing was measured', () => {
    expect(prometheusText([])).to.equal('');
  });
});
