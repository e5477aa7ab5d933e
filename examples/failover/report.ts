import type { AnyFault, Failover } from './failovers.js';
import { bound } from './observer.js';

/** The longest that widgets may take, in milliseconds. */
export const goal = 5000;

/** All failovers of a kind. Durations in milliseconds. */
export interface Summary {
  readonly kind: AnyFault | 'idle cuts';
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  readonly lost: number;
  readonly doubled: number;
  readonly frozen: number;
  readonly oldestFresh: number;
  readonly notFresh: number;
}

/** The smallest value that so much of all, from 0 to 1, does not exceed. */
export const percentile = (values: readonly number[], part: number): number =>
  [...values].sort((one, other) => one - other)[Math.max(0, Math.ceil(values.length * part) - 1)] ?? 0;

export const summarize = (kind: Summary['kind'], failovers: readonly Failover[]): Summary => {
  const recoveries = failovers.map(({ recovery }) => recovery);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    kind,
    count: failovers.length,
    p50: percentile(recoveries, 0.5),
    p99: percentile(recoveries, 0.99),
    longest: percentile(recoveries, 1),
    lost: sum(failovers.map(({ lost }) => lost)),
    doubled: sum(failovers.map(({ doubled }) => doubled)),
    frozen: sum(failovers.map(({ frozen }) => frozen)),
    oldestFresh: Math.max(...failovers.map(({ oldestFresh }) => oldestFresh)),
    notFresh: Math.max(...failovers.map(({ notFresh }) => notFresh)),
  };
};

/** What did not hold, in words. */
export const broken = ({ kind, p99, lost, doubled, frozen }: Summary): readonly string[] =>
  [
    p99 >= goal && `${kind}: a widget took ${seconds(p99)} (99th percentile), and ${seconds(goal)} is too long`,
    lost > 0 && `${kind}: ${lost} updates were lost`,
    doubled > 0 && `${kind}: ${doubled} updates came twice`,
    frozen > 0 && `${kind}: widgets showed as fresh what had been out of date for more than ${seconds(bound)}`,
  ].filter((claim) => claim !== false);

export const seconds = (duration: number): string =>
  Number.isFinite(duration) ? `${(duration / 1000).toFixed(2)} s` : 'never';

/** What each widget saw of one failover. */
export const lines = ({ kind, server, widgets, recovery, lost, doubled, notFresh }: Failover): readonly string[] => [
  `${kind} (server ${server}): all fresh after ${seconds(recovery)}; not fresh for ${seconds(notFresh)}; ${lost} lost, ${doubled} doubled`,
  ...[...new Set(widgets.map(({ viewer }) => viewer))].map((viewer) => {
    const its = widgets.filter((widget) => widget.viewer === viewer);
    return `    ${viewer}: ${its.map(({ widget, after = Infinity }) => `${widget} ${seconds(after)}`).join(', ')}`;
  }),
];

const columns = {
  '': ({ kind }) => kind,
  times: ({ count }) => `${count}`,
  p50: ({ p50 }) => seconds(p50),
  p99: ({ p99 }) => seconds(p99),
  longest: ({ longest }) => seconds(longest),
  'shown as not fresh': ({ notFresh }) => seconds(notFresh),
  'oldest shown as fresh': ({ oldestFresh }) => seconds(oldestFresh),
  lost: ({ lost }) => `${lost}`,
  doubled: ({ doubled }) => `${doubled}`,
  frozen: ({ frozen }) => `${frozen}`,
} satisfies Record<string, (summary: Summary) => string>;

/** As text, in columns. */
export const table = (summaries: readonly Summary[]): string => {
  const lists = Object.entries(columns).map(([title, cell]) => [title, ...summaries.map(cell)]);
  const padded = lists.map((list, index) => {
    const width = Math.max(...list.map(({ length }) => length));
    return list.map((text) => (index === 0 ? text.padEnd(width) : text.padStart(width + 2)));
  });
  return ['', ...summaries].map((_, row) => padded.map((list) => list[row]).join('')).join('\n');
};
