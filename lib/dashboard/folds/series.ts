import { MisfitError } from '../../errors.js';
import type { Fold } from './fold.js';
import { isRecord } from '../is-record.js';
import { isEqual } from '../is-equal.js';

/** A moment, in milliseconds since 1970, and what was measured then; one without any values is a hole. */
export type Point = readonly [at: number, ...values: (number | null)[]];

/** Options of {@link series}. */
export interface SeriesOptions {
  /** Points older than the last by more than this, in milliseconds, are dropped. Default: none. */
  readonly window?: number;
  /** The most points that are kept. Default 10,000. */
  readonly maxPoints?: number;
}

/**
 * Points in the order of time. One that comes late goes to its place; one of a known time replaces the former.
 * A snapshot that begins after the last known point leaves a hole, which is marked; one that reaches back replaces what it
 * covers.
 *
 * @param options - the window and the number of points
 * @returns the fold for the option `fold` of `Dashboard.watch`; its payloads are `{ points }`
 * @example
 * ```ts
 * dashboard.watch('cpu', { unit: 'A7' }, { fold: series({ window: 600_000 }) });
 * ```
 */
export const series = ({ window = Infinity, maxPoints = 10_000 }: SeriesOptions = {}): Fold<readonly Point[]> => {
  const add = (before: readonly Point[], news: readonly Point[]): readonly Point[] => {
    let last = before.at(-1)?.[0] ?? -Infinity;
    const isInOrder = news.every(([at]) => {
      return last < (last = at);
    });
    // In one step, as copying into another array is most of the cost.
    const points = isInOrder ? before.concat(news) : before.slice();
    if (!isInOrder)
      for (const point of news) {
        const place = placeOf(points, point[0]);
        points.splice(place, points[place]?.[0] === point[0] ? 1 : 0, point);
      }
    points.splice(0, Math.max(placeOf(points, (points.at(-1)?.[0] ?? 0) - window), points.length - maxPoints));
    return points;
  };
  return {
    key: `series ${window} ${maxPoints}`,
    snapshot: (payload, before = []) => {
      const news = pointsOf(payload);
      const from = news.reduce((least, [at]) => Math.min(least, at), Infinity);
      const kept = before.filter(([at]) => at < from);
      const last = kept.at(-1);
      if (last && kept.length === before.length && from < Infinity) kept.push([(last[0] + from) / 2]);
      const points = add(kept, news);
      const isSame = points.length === before.length && points.every((point, index) => isEqual(point, before[index]));
      return isSame ? before : points;
    },
    update: (before, payload) => {
      const news = pointsOf(payload);
      return news.length > 0 ? add(before, news) : before;
    },
  };
};

/** The points of a payload. Throws a MisfitError with the path of what is no point. */
const pointsOf = (payload: unknown): readonly Point[] => {
  const points: unknown = isRecord(payload) ? payload['points'] : undefined;
  if (!Array.isArray(points)) throw new MisfitError('points');
  for (const [index, point] of points.entries()) {
    if (!Array.isArray(point)) throw new MisfitError(`points/${index}`);
    const wrong = point.findIndex((value, place) => !Number.isFinite(value) && (place === 0 || value !== null));
    if (wrong >= 0 || point.length === 0) throw new MisfitError(`points/${index}/${Math.max(wrong, 0)}`);
  }
  return points as readonly Point[];
};

/** The index of the first point that is not before a time. */
const placeOf = (points: readonly Point[], time: number): number => {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? time) < time) low = middle + 1;
    else high = middle;
  }
  return low;
};
