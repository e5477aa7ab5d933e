import type { Meter } from '@opentelemetry/api';
import { instruments } from './instruments.js';
import type { MetricAttributes, MetricName, MetricsSink } from './metrics-sink.js';

type Take = (value: number, attributes?: MetricAttributes) => void;

/**
 * Passes the measurements to OpenTelemetry. Without an SDK behind the meter they are discarded.
 *
 * @param meter - The meter that makes the instruments.
 * @returns A sink for the option `metrics`.
 *
 * @example
 *
 * ```ts
 * connectUnit({ …, metrics: otelMetrics(metrics.getMeter('my-unit')) });
 * ```
 */
export const otelMetrics = (meter: Meter): MetricsSink => {
  const made = new Map<MetricName, Take>();
  const taker = (name: MetricName): Take => {
    const taken = made.get(name) ?? make(meter, name);
    made.set(name, taken);
    return taken;
  };
  const take = (name: MetricName, value: number, attributes?: MetricAttributes) => {
    taker(name)(value, attributes);
  };
  return { add: take, set: take, record: take };
};

const make = (meter: Meter, name: MetricName): Take => {
  const { kind, unit, description, buckets } = instruments[name];
  const options = { unit, description };
  switch (kind) {
    case 'counter': {
      const counter = meter.createCounter(name, options);
      return counter.add.bind(counter);
    }
    case 'upDownCounter': {
      const counter = meter.createUpDownCounter(name, options);
      return counter.add.bind(counter);
    }
    case 'gauge': {
      const gauge = meter.createGauge(name, options);
      return gauge.record.bind(gauge);
    }
    case 'histogram': {
      const advice = buckets && { explicitBucketBoundaries: [...buckets] };
      const histogram = meter.createHistogram(name, { ...options, ...(advice && { advice }) });
      return histogram.record.bind(histogram);
    }
  }
};
