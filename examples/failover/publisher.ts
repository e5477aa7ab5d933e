import type { DashboardLog } from 'unitlink/server';

/** A stream of numbered updates, and when each was there for all to see: what viewers are held against. */
export interface Publisher extends AsyncDisposable {
  /** The number of the newest one. */
  newest(): number;
  /** When this one was in the log, by `performance.now`; undefined where it is not, yet or any more. */
  at(n: number): number | undefined;
  /** Publishes no more; settles with the last number. */
  stop(): Promise<number>;
}

/** Each update is of the next of so many units. */
export const unitCount = 20;
/** Between two updates, in milliseconds. */
const interval = 50;
/** How many are remembered: those of the last ten minutes and more. */
const remembered = 20_000;

/** Begins at once. Every update goes into each of the topics, under the same number. */
export const startPublisher = (log: DashboardLog): Publisher => {
  const times = new Map<number, number>();
  const pending = new Set<Promise<void>>();
  let newest = 0;
  let t = 0;

  const publish = async (n: number, ts: number): Promise<void> => {
    const row = { id: `unit-${n % unitCount}`, n, kind: n % 2 === 0 ? 'even' : 'odd' };
    await Promise.all([
      log.append('load', { value: [ts, n], ts }),
      log.append('rows', { key: row.id, value: row, ts }),
      log.append('newest', { key: 'value', value: { n }, ts }),
    ]);
    times.set(n, performance.now());
    times.delete(n - remembered);
    newest = n;
  };

  let n = 0;
  const timer = setInterval(() => {
    t = Math.max(Date.now(), t + 1);
    const publishing = publish(++n, t);
    pending.add(publishing);
    void publishing.finally(() => pending.delete(publishing));
  }, interval);

  const stop = async (): Promise<number> => {
    clearInterval(timer);
    await Promise.all(pending);
    return newest;
  };
  return {
    newest: () => newest,
    at: (number) => times.get(number),
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
};
