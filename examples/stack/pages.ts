// Pages that show the units: a process of its own, so that only what pages cost delays them.
import { connectDashboard, rows, type Dashboard, type Live, type Row, type Rows } from 'unitlink/dashboard';
import { WebSocket } from 'ws';
import { pause } from '../failover/programs.js';
import { answer, busyTimes } from './questions.js';

/** A row of the table that the servers publish. */
export interface UnitRow extends Row {
  readonly txn: string;
}

interface OpenPage {
  readonly dashboard: Dashboard;
  readonly isFresh: () => boolean;
  /** How often it has shown something new. */
  readonly changes: () => number;
  /** The longest time between two of these since the last call, in milliseconds. */
  readonly takeLongest: () => number;
  /** True if it shows these messages, by unit, and each once. */
  readonly shows: (newest: ReadonlyMap<string, string>) => boolean;
}

const openPage = (url: string, maxRate: number): OpenPage => {
  const dashboard = connectDashboard({ url, WebSocket, token: 'a page' });
  let live: Live<Rows<UnitRow>> | undefined;
  let [changes, changed, longest] = [0, Infinity, 0];
  dashboard.watch('units', {}, { fold: rows<UnitRow>(), maxRate }).subscribe({
    next: (shown) => {
      // The units send all the time.
      if (shown.value !== live?.value) {
        const now = performance.now();
        longest = Math.max(longest, now - changed);
        changed = now;
        changes++;
      }
      live = shown;
    },
    error: console.error,
  });
  const isFresh = (): boolean => live?.status === 'fresh';
  return {
    ...{ dashboard, isFresh, changes: () => changes },
    takeLongest: () => {
      const taken = longest;
      longest = 0;
      return taken;
    },
    shows: (newest) => {
      const shown = [...(live?.value?.byId.values() ?? [])];
      const isSame = shown.every(({ id, txn }) => newest.get(String(id)) === txn);
      const ids = new Set(shown.map(({ id }) => id));
      return isFresh() && isSame && shown.length === newest.size && ids.size === newest.size;
    },
  };
};

/** Some pages to open. */
export interface PagesToOpen {
  readonly url: string;
  readonly count: number;
  /** The most updates of a page in a second. */
  readonly rate: number;
}

/** What this process can be asked. */
export interface PageAnswers {
  open(given: PagesToOpen): void;
  /** The pages of which all is fresh. */
  fresh(): number;
  /** The longest time for which it was too busy to do anything else, since the last call, in milliseconds. */
  busy(): number;
  /** The times for which pages showed nothing new, once each has shown something new since now, or after so many milliseconds. */
  outages(patience: number): Promise<number[]>;
  /** The pages that do not show as fresh what the log has, each row once, and nothing else. */
  frozen(newest: readonly (readonly [string, string])[]): number;
  stop(): void;
}

const pages: OpenPage[] = [];
const busy = busyTimes();

const answers: PageAnswers = {
  open: ({ url, count, rate }: PagesToOpen) => {
    for (let n = 0; n < count; n++) pages.push(openPage(url, rate));
  },
  fresh: () => pages.filter(({ isFresh }) => isFresh()).length,
  busy: () => busy(),
  outages: async (patience: number) => {
    const until = performance.now() + patience;
    const from = pages.map(({ changes }) => changes());
    while (pages.some(({ changes }, n) => changes() === from[n]) && performance.now() < until) await pause(20);
    return pages.map(({ takeLongest }) => takeLongest());
  },
  frozen: (newest: readonly (readonly [string, string])[]) => {
    const known = new Map(newest);
    return pages.filter(({ shows }) => !shows(known)).length;
  },
  stop: () => {
    for (const { dashboard } of pages) dashboard.stop();
  },
};

answer(answers);
