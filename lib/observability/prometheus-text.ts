import { instruments, type Instrument } from './instruments.js';
import type { MetricPoint } from './memory-metrics.js';
import type { MetricName } from './metrics-sink.js';

/** The content type of {@link prometheusText}. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';

const kinds: Readonly<Record<Instrument['kind'], string>> = {
  counter: 'counter',
  upDownCounter: 'gauge',
  gauge: 'gauge',
  histogram: 'histogram',
};

/**
 * Returns a snapshot in the text format of Prometheus (0.0.4), each instrument under its name in Prometheus.
 *
 * @param points - The snapshot of {@link memoryMetrics}.
 * @returns The text, for an answer of the type {@link prometheusContentType}.
 *
 * @example
 * ```ts
 * response.writeHead(200, { 'content-type': prometheusContentType });
 * response.end(prometheusText(metrics.snapshot()));
 * ```
 */
export const prometheusText = (points: readonly MetricPoint[]): string => {
  const series = new Map<MetricName, string[]>();
  for (const point of points) {
    const lines = series.get(point.name) ?? [];
    series.set(point.name, lines);
    lines.push(...linesOf(point));
  }
  return [...series]
    .flatMap(([name, lines]) => {
      const { prometheus, description, kind } = instruments[name];
      return [`# HELP ${prometheus} ${description}`, `# TYPE ${prometheus} ${kinds[kind]}`, ...lines];
    })
    .map((line) => `${line}\n`)
    .join('');
};

const linesOf = ({ name, attributes, value, count, buckets = [] }: MetricPoint): readonly string[] => {
  const { prometheus } = instruments[name];
  const labels = Object.entries(attributes);
  if (count === undefined) return [line(prometheus, labels, value)];
  const bounds = [...buckets.map(([bound, below]) => [String(bound), below] as const), ['+Inf', count] as const];
  return [
    ...bounds.map(([bound, below]) => line(`${prometheus}_bucket`, [...labels, ['le', bound]], below)),
    line(`${prometheus}_sum`, labels, value),
    line(`${prometheus}_count`, labels, count),
  ];
};

const line = (name: string, labels: readonly (readonly [string, string])[], value: number): string =>
  labels.length === 0 ? `${name} ${value}` : `${name}{${labels.map(label).join(',')}} ${value}`;

const label = ([name, value]: readonly [string, string]): string => `${name.replaceAll('.', '_')}="${escaped(value)}"`;

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
