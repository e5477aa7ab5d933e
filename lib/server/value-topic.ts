import type { DashboardTopic } from './topic.js';

/**
 * Returns a topic with one value: publishing replaces it, and it is null before the first one. It has no params.
 *
 * @example
 * ```ts
 * const server = await serveDashboards({ topics: { mode: valueTopic() } });
 * await server.publish('mode', 'auto');
 * ```
 */
export const valueTopic = (): DashboardTopic => ({
  // One key for all keeps the newest in the log for good.
  keyOf: () => 'value',
  image: () => {
    let newest = { offset: 0, ts: 0, payload: 'null' };
    const views = new Set<() => void>();
    return {
      load: ({ latest }) => {
        for (const { value, offset, ts } of latest) newest = { offset, ts, payload: JSON.stringify(value) };
      },
      apply: ({ value, offset, ts }) => {
        newest = { offset, ts, payload: JSON.stringify(value ?? null) };
        for (const take of views) take();
      },
      view: (_params, changed) => {
        const take = (): void => {
          changed();
        };
        views.add(take);
        return {
          newest: () => (newest.offset > 0 ? newest.ts : undefined),
          snapshot: () => [newest.payload],
          replay: (after) => (newest.offset > after ? [newest] : []),
          flush: () => [newest],
          close: () => views.delete(take),
        };
      },
    };
  },
});
