import type { Fold } from './fold.js';

/** A moment, in milliseconds since 1970, and what was measured then; one without any values stands for a hole. */
export type Point = readonly [at: number, ...values: (number | null)[]];

/** How much of a series is kept. */
export interface SeriesOptions {
  /** Points older than the last by more than this, in milliseconds, are dropped. Default: none. */
  readonly window?: number;
  /** The most points that are kept. Default 10,000. */
  readonly maxPoints?: number;
}

/**
 * Points in the order of time, none twice. A snapshot that begins after what is known leaves a hole, which is marked; one
 * that reaches back replaces what it covers.
 */
export const series = ({ window = Infinity, maxPoints = 10_000 }: SeriesOptions = {}): Fold<readonly Point[]> => {
  const pointsOf = (payload: unknown) => (payload as { readonly points: readonly Point[] }).points;
  const trim = (points: Point[]) => {
    const since = (points.at(-1)?.[0] ?? 0) - window;
    const old = points.findIndex(([at]) => at >= since);
    // Now and then, as taking from the front moves all the others.
    if (old > points.length / 4 || points.length > maxPoints * 1.25)
      points.splice(0, Math.max(old, points.length - maxPoints));
    return points;
  };
  const append = (points: Point[], payload: unknown) => {
    let last = points.at(-1)?.[0] ?? -Infinity;
    for (const point of pointsOf(payload)) {
      if (typeof point[0] !== 'number') throw new TypeError('a point without a time');
      if (point[0] <= last) continue;
      points.push(point);
      last = point[0];
    }
    return trim(points);
  };
  return {
    snapshot: (payload, before = []) => {
      const from = pointsOf(payload)[0]?.[0] ?? Infinity;
      const kept = before.filter(([at]) => at < from);
      const last = kept.at(-1);
      if (last && kept.length === before.length && from < Infinity) kept.push([(last[0] + from) / 2]);
      return append(kept, payload);
    },
    update: (value, payload) => append(value as Point[], payload),
  };
};
