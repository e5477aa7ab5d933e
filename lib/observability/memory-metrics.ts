import type { MetricAttributes, MetricName, MetricsSink } from './metrics-sink.js';

/** The current value of a series. Plain JSON. */
export interface MetricPoint {
  /** The name of the instrument. */
  readonly name: MetricName;
  /** The attributes of the series. */
  readonly attributes: MetricAttributes;
  /** The sum of what was added or recorded, or the value that was set last. */
  readonly value: number;
  /** Of a histogram: the number of values. */
  readonly count?: number;
  /** Of a histogram: its upper bounds, each with the number of values that are not above it. */
  readonly buckets?: readonly (readonly [bound: number, count: number])[];
}

/** A sink that can be read. */
export interface MemoryMetrics extends MetricsSink {
  /** Returns every series, in the order in which they began. */
  readonly snapshot: () => readonly MetricPoint[];
}

/**
 * Keeps measurements in memory. Runs anywhere, a browser included.
 *
 * @param bounds - Returns the upper bounds of a histogram, ascending; without them a histogram has its sum and its
 * count. `(name) => instruments[name].buckets` returns those of {@link instruments}.
 * @returns A sink for the option `metrics`, with its `snapshot`.
 *
 * @example
 * ```ts
 * const metrics = memoryMetrics((name) => instruments[name].buckets);
 * const unit = connectUnit({ …, metrics });
 * console.table(metrics.snapshot());
 * ```
 */
export const memoryMetrics = (
  bounds: (name: MetricName) => readonly number[] | undefined = () => undefined,
): MemoryMetrics => {
  const points = new Map<string, MetricPoint>();
  const change = (
    name: MetricName,
    attributes: MetricAttributes | undefined,
    next: (old?: MetricPoint) => Omit<MetricPoint, 'name' | 'attributes'>,
  ) => {
    let key: string = name;
    for (const attribute of Object.keys(attributes ?? {}).sort()) key += `\n${attribute}\n${attributes?.[attribute]}`;
    const old = points.get(key);
    points.set(key, { name, attributes: old?.attributes ?? { ...attributes }, ...next(old) });
  };
  return {
    add: (name, value, attributes) => {
      change(name, attributes, (old) => ({ value: (old?.value ?? 0) + value }));
    },
    set: (name, value, attributes) => {
      change(name, attributes, () => ({ value }));
    },
    record: (name, value, attributes) => {
      change(name, attributes, (old) => ({
        value: (old?.value ?? 0) + value,
        count: (old?.count ?? 0) + 1,
        buckets: (old?.buckets ?? (bounds(name) ?? []).map((bound) => [bound, 0] as const)).map(
          ([bound, count]) => [bound, value <= bound ? count + 1 : count] as const,
        ),
      }));
    },
    snapshot: () => [...points.values()],
  };
};
