import type { Fold } from './fold.js';
import { isEqual } from '../is-equal.js';

/**
 * The last payload, unchanged; a snapshot with the same content is the same object.
 *
 * @returns the fold that is used without the option `fold` of `Dashboard.watch`
 * @example
 * ```ts
 * dashboard.watch('weather', { city: 'Bern' }, { fold: latest<Weather>() });
 * ```
 */
export const latest = <T = unknown>(): Fold<T> => ({
  key: 'latest',
  snapshot: (payload, before) => (isEqual(payload, before) ? before : payload) as T,
  update: (_, payload) => payload as T,
});
