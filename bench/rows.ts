/** A row of the table: a figure, and where unitlink has to be with it. */
export interface TableRow {
  readonly title: string;
  readonly figure: string;
  /** In the unit of the figure; `ratio` is in relation to the limit. */
  readonly shown: 'ratio' | 'KiB';
  readonly better: 'higher' | 'lower';
  readonly atLeast?: number;
  readonly aim?: number;
  /** What the absolute figure of the limit is shown with. */
  readonly unit: string;
  /** Of the contender `durable` instead of `unitlink`. */
  readonly durable?: true;
}

const higher = { shown: 'ratio', better: 'higher' } as const;
const lower = { shown: 'ratio', better: 'lower' } as const;
const drain = (count: number, targets: Partial<TableRow> = {}): TableRow => ({
  title: `drain of ${count.toLocaleString('en')} queued, time per message`,
  figure: `drain ${count}`,
  ...lower,
  unit: 'µs',
  ...targets,
});
const heap = (count: number, targets: Partial<TableRow> = {}): TableRow => ({
  title: `heap per queued message, ${count.toLocaleString('en')} offline`,
  figure: `heap ${count}`,
  ...lower,
  unit: 'B',
  ...targets,
});

/** The table. */
export const rows: readonly TableRow[] = [
  { title: 'acked messages a second, TLS', figure: 'tls rate', ...higher, atLeast: 0.9, aim: 1.4, unit: '/s' },
  { title: 'acked messages a second, plain TCP', figure: 'plain rate', ...higher, atLeast: 1.2, aim: 1.8, unit: '/s' },
  { title: 'CPU per acked message, TLS', figure: 'tls cpu', ...lower, atLeast: 1.1, aim: 0.65, unit: 'µs' },
  { title: 'CPU per acked message, plain TCP', figure: 'plain cpu', ...lower, atLeast: 1, aim: 0.5, unit: 'µs' },
  { title: 'CPU per message of a burst, TLS', figure: 'tls burst cpu', ...lower, atLeast: 1.1, aim: 0.8, unit: 'µs' },
  { title: 'the same, plain TCP', figure: 'plain burst cpu', ...lower, atLeast: 1.1, aim: 0.8, unit: 'µs' },
  { title: 'latency at 1,000 messages a second, TLS, median', figure: 'tls p50', ...lower, unit: 'ms' },
  { title: 'the same, 99 of 100', figure: 'tls p99', ...lower, atLeast: 1.5, aim: 1.1, unit: 'ms' },
  heap(10_000),
  heap(100_000, { atLeast: 2, aim: 1.2 }),
  drain(1000),
  drain(10_000),
  drain(100_000),
  drain(1_000_000, { atLeast: 1.5, aim: 1 }),
  {
    title: 'acked messages a second, TLS, each on disk before it is sent',
    figure: 'tls rate',
    ...higher,
    atLeast: 0.4,
    aim: 0.7,
    unit: '/s',
    durable: true,
  },
  {
    title: 'heap per idle instance without a network, 5,000 in one process (KiB)',
    figure: 'idle',
    shown: 'KiB',
    better: 'lower',
    atLeast: 32,
    aim: 24,
    unit: 'KiB',
  },
  {
    title: 'heap per idle link over TLS, 300 in one process (KiB)',
    figure: 'links',
    shown: 'KiB',
    better: 'lower',
    atLeast: 56,
    aim: 40,
    unit: 'KiB',
  },
];
