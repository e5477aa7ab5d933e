import { Counter, Gauge, Histogram, type OpenMetricsContentType, type Registry } from 'prom-client';
import { instruments } from './instruments.js';
import type { MetricAttributes, MetricName, MetricsSink } from './metrics-sink.js';

/** A registry of prom-client, of either content type. */
export type AnyRegistry = Registry | Registry<OpenMetricsContentType>;

/**
 * Passes the measurements to a registry of prom-client, under their names in Prometheus. Several units may share the
 * registry: their measurements are added up.
 *
 * @param registry - The registry; the default one of prom-client is `register`.
 * @returns A sink for the option `metrics`.
 *
 * @example
 *
 * ```ts
 * connectUnit({ …, metrics: promMetrics(register) });
 * ```
 */
export const promMetrics = (registry: AnyRegistry): MetricsSink => {
  const found = <M>(name: MetricName, make: (options: ReturnType<typeof optionsOf>) => M): M => {
    const options = optionsOf(name, registry);
    return (registry.getSingleMetric(options.name) as M | undefined) ?? make(options);
  };
  const counter = (name: MetricName) => found(name, (options) => new Counter<string>(options));
  const gauge = (name: MetricName) => found(name, (options) => new Gauge<string>(options));
  const histogram = (name: MetricName) =>
    found(name, (options) => new Histogram<string>({ ...options, buckets: [...(instruments[name].buckets ?? [])] }));
  return {
    add: (name, value, attributes = {}) => {
      const metric = instruments[name].kind === 'counter' ? counter(name) : gauge(name);
      metric.inc(labels(attributes), value);
    },
    set: (name, value, attributes = {}) => {
      gauge(name).set(labels(attributes), value);
    },
    record: (name, value, attributes = {}) => {
      histogram(name).observe(labels(attributes), value);
    },
  };
};

const optionsOf = (metric: MetricName, registry: AnyRegistry) => {
  const { prometheus: name, description: help, attributes } = instruments[metric];
  return { name, help, labelNames: attributes.map(labelName), registers: [registry] };
};

const labelName = (attribute: string): string => attribute.replaceAll('.', '_');

const labels = (attributes: MetricAttributes): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [labelName(name), value]));
