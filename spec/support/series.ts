import type { MetricPoint } from '../../lib/observability/memory-metrics.js';

/**
 * A snapshot as values by series: `reconnects{cause=lost}`, without the namespace; `[count, sum]` for a histogram.
 * Rounded to a thousandth, which is 1 ms.
 */
export const series = (points: readonly MetricPoint[]): Record<string, number | [count: number, sum: number]> =>
  Object.fromEntries(
    points.map(({ name, attributes, value, count }) => {
      const labels = Object.entries(attributes).map((entry) => entry.join('='));
      const short = name.replace(/^unitlink\.(?:client|server)\./, '');
      const rounded = Math.round(value * 1000) / 1000;
      return [
        labels.length === 0 ? short : `${short}{${labels.join(',')}}`,
        count === undefined ? rounded : [count, rounded],
      ];
    }),
  );
