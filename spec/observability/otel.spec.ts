import { metrics as api } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import { instruments } from '../../lib/observability/instruments.js';
import type { MetricName } from '../../lib/observability/metrics-sink.js';
import { otelMetrics } from '../../lib/observability/otel.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { marbles } from '../support/marbles.js';
import { inTurn } from '../support/stub-transport.js';

const newProvider = () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
  return { exporter, provider };
};

describe('otelMetrics', () => {
  let { exporter, provider } = newProvider();

  /** What was exported, by instrument. */
  const exported = async () => {
    await provider.forceFlush();
    const found = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
    await provider.shutdown();
    return new Map(found.map((metric) => [metric.descriptor.name, metric]));
  };

  marbles('takes what a unit measures', ({ cold, flush }) => {
    ({ exporter, provider } = newProvider());
    const link$ = inTurn(cold('1s o 9s #'), cold('3s o'));
    const metrics = otelMetrics(provider.getMeter('spec'));
    const { unit } = virtualUnit(asyncScheduler, { link$ }, { metrics });
    metrics.set('unitlink.client.subscription.age', 4, { topic: 'monitoring' });
    unit.send({ messageType: 'alerts', items: [] });
    flush();
  });

  it('exports it with the names, units, descriptions, attributes and bounds of the table', async () => {
    const metrics = await exported();
    const points = (name: MetricName) =>
      metrics.get(name)?.dataPoints.map(({ attributes, value }) => [attributes, value]);

    for (const [name, { descriptor }] of metrics) {
      const { unit, description } = instruments[name as MetricName];
      expect(descriptor).to.include({ unit, description });
    }
    expect(points('unitlink.client.reconnects')).to.deep.equal([[{ cause: 'lost' }, 1]]);
    expect(points('unitlink.client.connection.count')).to.deep.equal([
      [{ state: 'connecting' }, 0],
      [{ state: 'live' }, 0],
      [{ state: 'reconnecting' }, 0],
    ]);
    expect(points('unitlink.client.heartbeat.timeouts')).to.deep.equal([[{}, 0]]);
    expect(points('unitlink.client.subscription.age')).to.deep.equal([[{ topic: 'monitoring' }, 4]]);
    const recovery = metrics.get('unitlink.client.recovery.duration')?.dataPoints[0];
    expect(recovery?.attributes).to.deep.equal({ cause: 'lost' });
    expect(recovery?.value).to.deep.include({
      sum: 3,
      count: 1,
      buckets: {
        boundaries: instruments['unitlink.client.recovery.duration'].buckets,
        counts: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
      },
    });
  });

  it('comes to nothing without an SDK', () => {
    const { add, set, record } = otelMetrics(api.getMeter('spec'));
    add('unitlink.client.reconnects', 1);
    add('unitlink.client.inflight', -1);
    set('unitlink.client.subscription.age', 1);
    record('unitlink.client.ack.duration', 1);
  });
});
