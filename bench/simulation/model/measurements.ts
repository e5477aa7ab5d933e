import type { MetricsSink } from '../../../lib/observability/metrics-sink.js';

/** Values of series, each by its name without that of the library, and its attributes. */
export type Measured = Readonly<Record<string, number>>;

/** A sink that adds up what it is told; of a histogram, the sum and as `NAME#` the number of its values. */
export class Measurements implements MetricsSink {
  readonly #values = new Map<string, number>();

  readonly add: MetricsSink['add'] = (name, value, attributes = {}) => {
    const key = [name.replace('unitlink.client.', ''), ...Object.values(attributes)].join(' ');
    this.#values.set(key, (this.#values.get(key) ?? 0) + value);
  };

  readonly set: MetricsSink['set'] = this.add;

  readonly record: MetricsSink['record'] = (name, value) => {
    this.add(name, value);
    const count = `${name.replace('unitlink.client.', '')}#`;
    this.#values.set(count, (this.#values.get(count) ?? 0) + 1);
  };

  get values(): Measured {
    return Object.fromEntries(this.#values);
  }
}
