import type { Publisher } from './publisher.js';
import type { Shown, Viewer } from './viewer.js';

/**
 * A widget that shows as fresh what has been out of date for longer than this, in milliseconds, has frozen without a word:
 * the silence that ends a link (`deadAfter`, 4 s), and as much as a busy machine may be late with its timers.
 */
export const bound = 4500;
/** Between two looks at all widgets, in milliseconds. */
const interval = 50;

/** What viewers did since the last time that was asked. */
export interface Observed {
  /** Looks at a widget that showed as fresh what had been out of date for longer than `bound`. */
  readonly frozen: number;
  /** The longest that a widget which was shown as fresh had been out of date, in milliseconds. */
  readonly oldestFresh: number;
  /** The longest that a viewer had a widget that was not fresh, in milliseconds, all in all. */
  readonly notFresh: number;
  /** Updates that were left out, and numbers that some widget lacks, or should not have. */
  readonly lost: number;
  /** Updates that came again. */
  readonly doubled: number;
}

/** Holds what viewers show against what was published, and believes nothing that they say about themselves. */
export interface Observer extends Disposable {
  /** Counts from zero again. */
  take(): Observed;
}

/** For how long a widget has lacked something, in milliseconds. */
export const outOfDate = ({ newest, step }: Shown, publisher: Publisher): number => {
  const next = newest + (step === 2 && newest % 2 === 0 ? 2 : 1);
  const at = publisher.at(next);
  return at === undefined ? 0 : performance.now() - at;
};

const sum = <T>(all: readonly T[], count: (one: T) => number): number =>
  all.reduce((total, one) => total + count(one), 0);

/** What viewers counted from their first update on. */
export const countAll = (viewers: readonly Viewer[]): Pick<Observed, 'lost' | 'doubled'> => ({
  lost: sum(viewers, ({ ledger }) => ledger.lost),
  doubled: sum(viewers, ({ ledger }) => ledger.doubled),
});

/** Numbers that widgets lack at the moment, or have though they should not. */
export const amissNow = (viewers: readonly Viewer[]): number =>
  sum(viewers, ({ widgets }) => sum(widgets, ({ amiss }) => amiss));

export const observe = (viewers: readonly Viewer[], publisher: Publisher): Observer => {
  let frozen = 0;
  let oldestFresh = 0;
  let counted = { lost: 0, doubled: 0 };
  const notFresh = new Map<Viewer, { total: number; since: number | undefined }>();

  const settle = (viewer: Viewer): void => {
    const now = performance.now();
    const time = notFresh.get(viewer) ?? { total: 0, since: undefined };
    if (time.since !== undefined) time.total += now - time.since;
    time.since = viewer.widgets.every(({ status }) => status === 'fresh') ? undefined : now;
    notFresh.set(viewer, time);
  };
  const subscriptions = viewers.map((viewer) =>
    viewer.change$.subscribe({
      next: () => {
        settle(viewer);
      },
      error: console.error,
    }),
  );
  const look = (): void => {
    for (const widget of viewers.flatMap(({ widgets }) => widgets)) {
      if (widget.status !== 'fresh') continue;
      const age = outOfDate(widget, publisher);
      oldestFresh = Math.max(oldestFresh, age);
      if (age > bound) frozen++;
    }
  };
  const timer = setInterval(look, interval);
  return {
    take: () => {
      viewers.forEach(settle);
      const longest = Math.max(...[...notFresh.values()].map(({ total }) => total));
      const count = countAll(viewers);
      const observed = {
        frozen,
        oldestFresh,
        notFresh: longest,
        lost: count.lost - counted.lost + amissNow(viewers),
        doubled: count.doubled - counted.doubled,
      };
      counted = count;
      for (const time of notFresh.values()) time.total = 0;
      frozen = oldestFresh = 0;
      return observed;
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
};
