import { isObject, type JsonObject } from '../protocol/read.js';
import { inGroups, lastOf } from './chunks.js';
import type { LogEntry } from './log.js';
import { newestOf } from './newest-of.js';
import { ParamsError, readInteger, readLabels, readParams } from './params.js';
import type { DashboardTopic, TopicImage, ViewUpdate } from './topic.js';

/** A point in time, in milliseconds since 1970, and the values measured then. */
export type Point = readonly [t: number, ...values: readonly (number | null)[]];

/** Options of {@link seriesTopic}. */
export interface SeriesTopicOptions {
  /**
   * The time for which a point is kept, in milliseconds; also the largest and the default `window` of a subscription.
   */
  readonly window: number;
  /**
   * Returns the point of an entry.
   *
   * @defaultValue its member `point`, or the entry itself
   */
  readonly point?: (entry: unknown) => Point;
  /**
   * True if the entry matches the params of a subscription.
   *
   * @defaultValue true if the entry has the members that the params name, with these values
   */
  readonly filter?: (entry: unknown, params: JsonObject) => boolean;
  /**
   * The largest number of points that wait for a dashboard that reads too slowly; beyond it every other point is
   * dropped.
   *
   * @defaultValue 2,000
   */
  readonly maxPending?: number;
  /**
   * Returns the reason why params are invalid, or undefined.
   *
   * @defaultValue accepts all params
   */
  readonly check?: (params: JsonObject) => string | undefined;
}

interface Sample {
  readonly t: number;
  readonly text: string;
  readonly value: unknown;
  readonly offset: number;
  readonly ts: number;
}

/**
 * Returns a topic with points over time: publishing appends one, `{ point: [t, …], unit: 'u-1' }` or only `[t, …]`.
 *
 * Params: `window`, how far back a snapshot goes, in milliseconds before the moment of subscribing; any other names a
 * member of the entries and its value, such as `unit`.
 *
 * @example
 * ```ts
 * const server = await serveDashboards({ topics: { cpu: seriesTopic({ window: 3_600_000 }) } });
 * await server.publish('cpu', { unit: 'u-1', point: [Date.now(), 0.5] });
 * ```
 * @param options - See {@link SeriesTopicOptions}
 */
export const seriesTopic = (options: SeriesTopicOptions): DashboardTopic => {
  const { point = pointOf } = options;
  return {
    misfit: (entry) =>
      Number.isFinite((point(entry) as readonly unknown[] | undefined)?.[0])
        ? undefined
        : 'a point must be a list that begins with its time, in milliseconds',
    image: (now) => seriesImage(options, point, now),
  };
};

const pointOf = (entry: unknown): Point => (isObject(entry) ? entry['point'] : entry) as Point;

const seriesImage = (options: SeriesTopicOptions, point: (entry: unknown) => Point, now: () => number): TopicImage => {
  let samples: Sample[] = [];
  const views = new Set<(sample: Sample) => void>();

  const sampleOf = ({ value, offset, ts }: LogEntry): Sample => {
    const its = point(value);
    return { t: its[0], text: JSON.stringify(its), value, offset, ts };
  };

  // Looking at all of them for each one that comes would cost more than keeping some for longer.
  let crowded = 1000;
  const forget = (): void => {
    if (samples.length < crowded) return;
    const since = now() - options.window;
    samples = samples.filter(({ t }) => t >= since);
    crowded = Math.max(1000, samples.length * 2);
  };

  return {
    load: ({ recent }) => {
      samples = recent.map(sampleOf);
    },
    apply: (entry) => {
      const sample = sampleOf(entry);
      samples.push(sample);
      forget();
      for (const take of views) take(sample);
    },
    view: (given, changed) => {
      const params = readParams(given);
      const wrong = options.check?.(params);
      if (wrong !== undefined) throw new ParamsError(wrong);
      const window = readInteger(params, 'window', 1, options.window) ?? options.window;
      const { filter, maxPending = 2000 } = options;
      const hasLabels = filter === undefined ? readLabels(params, ['window']) : () => true;
      const matches = ({ value }: Sample) => (filter === undefined ? hasLabels(value) : filter(value, params));

      let pending: Sample[] = [];
      let thinned = 0;
      const isShown = (sample: Sample) => sample.t >= now() - window && matches(sample);
      const take = (sample: Sample): void => {
        if (!isShown(sample)) return;
        pending.push(sample);
        if (pending.length > maxPending) {
          const { length } = pending;
          // The newest stays: it says how far the dashboard has come.
          pending = pending.filter((_, index) => (length - 1 - index) % 2 === 0);
          thinned += length - pending.length;
        }
        changed();
      };
      const shown = (): Sample[] => samples.filter(isShown);
      views.add(take);
      return {
        newest: () => newestOf(samples.filter(matches)),
        snapshot: () => snapshotOf(shown().sort((one, other) => one.t - other.t)),
        replay: (after) => updates(shown().filter(({ offset }) => offset > after)),
        flush: () => {
          const sent = updates(pending, thinned);
          pending = [];
          thinned = 0;
          return sent;
        },
        close: () => views.delete(take),
      };
    },
  };
};

const pointsText = (samples: readonly Sample[]): string => `{"points":[${samples.map(({ text }) => text).join()}]}`;

function* snapshotOf(samples: readonly Sample[]): Generator<string> {
  if (samples.length === 0) yield pointsText([]);
  for (const group of inGroups(samples)) yield pointsText(group);
}

const updates = (samples: readonly Sample[], thinned = 0): ViewUpdate[] =>
  [...inGroups(samples)].map((group, index) => {
    const { offset } = lastOf(group);
    return {
      offset,
      ts: newestOf(group) ?? 0,
      payload: pointsText(group),
      ...(index === 0 && thinned > 0 && { thinned }),
    };
  });
