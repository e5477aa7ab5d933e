import { createClient } from '@redis/client';
import { connectUnit, type Unit } from 'unitlink';
import { connectDashboard, rows, type Dashboard, type Live, type Row, type Rows } from 'unitlink/dashboard';
import { redisLog } from 'unitlink/server';
import { WebSocket } from 'ws';
import { pause } from '../failover/programs.js';
import type { Stack } from './start-stack.js';

/** What was promised, and what became of it. */
export interface Audit {
  /** The messages that were acknowledged to a unit. */
  readonly acknowledged: number;
  /** Those of them that no server has handled. */
  readonly lost: readonly string[];
  /** The pages that do not show as fresh what the log has, and nothing else. */
  readonly frozen: number;
}

/** Units that send all the time, and pages that show them. */
export interface Load extends AsyncDisposable {
  readonly acknowledged: () => number;
  /** The pages of which all is fresh. */
  readonly fresh: () => number;
  /**
   * Settles once each page has shown something new since now, or after a minute; with the longest times for which pages
   * showed nothing new since the last call, one for each page, in milliseconds, the shortest first.
   */
  outages(): Promise<readonly number[]>;
  /** Stops sending, and compares; waits until all is handled and shown, or for so long, in milliseconds. */
  audit(patience: number): Promise<Audit>;
}

/** The time between two messages of one unit, in milliseconds. */
const interval = 250;
/** In milliseconds. */
const patienceOfPages = 60_000;

/** Starts so many units and pages. */
export const startLoad = async (stack: Stack, unitCount: number, pageCount: number): Promise<Load> => {
  const units: Unit[] = [];
  for (let n = 0; n < unitCount; n++) {
    const systemId = `u-${n}`;
    const { cert, key } = await stack.authority.issue({ commonName: systemId });
    const credentials = { ca: stack.authority.ca, cert, key };
    const unit = connectUnit({ systemId, credentials, overrideDiscoveryUrl: stack.discoveryUrl, ackTimeout: 3000 });
    unit.state$.subscribe();
    units.push(unit);
  }
  const acknowledged = new Set<string>();
  const pending = new Set<Promise<unknown>>();
  const send = (unit: Unit): void => {
    const { txn, acknowledged: settled } = unit.send({ messageType: 'alerts', items: [] });
    const ended: Promise<unknown> = settled
      .then(() => acknowledged.add(txn))
      .catch(() => undefined)
      .finally(() => pending.delete(ended));
    pending.add(ended);
  };
  const sending = setInterval(() => {
    for (const unit of units) send(unit);
  }, interval);

  const pages = Array.from({ length: pageCount }, () => openPage(stack.pagesUrl));
  const ledger = createClient({ url: stack.ledgerUrl }).on('error', () => undefined);
  await ledger.connect();
  const lost = async (): Promise<string[]> => {
    const handled = new Set(await ledger.sendCommand<string[]>(['SMEMBERS', 'stack:handled']));
    return [...acknowledged].filter((txn) => !handled.has(txn));
  };
  const log = redisLog(stack.redisUrl);
  const frozen = async (): Promise<number> => {
    const { latest } = await log.read('units');
    const newest = new Map(latest.map(({ key = '', value }) => [key, (value as UnitRow).txn]));
    return pages.filter(({ shows }) => !shows(newest)).length;
  };

  return {
    acknowledged: () => acknowledged.size,
    fresh: () => pages.filter(({ isFresh }) => isFresh()).length,
    outages: async () => {
      const until = performance.now() + patienceOfPages;
      const from = pages.map(({ changes }) => changes());
      while (pages.some(({ changes }, n) => changes() === from[n]) && performance.now() < until) await pause(20);
      return pages.map(({ takeLongest }) => takeLongest()).sort((one, other) => one - other);
    },
    audit: async (patience) => {
      clearInterval(sending);
      const until = performance.now() + patience;
      while (pending.size > 0 && performance.now() < until) await pause(100);
      while (((await lost()).length > 0 || (await frozen()) > 0) && performance.now() < until) await pause(100);
      return {
        acknowledged: acknowledged.size,
        lost: await lost(),
        frozen: await frozen(),
      };
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(sending);
      for (const { dashboard } of pages) dashboard.stop();
      ledger.destroy();
      await log.close();
      await Promise.all(units.map((unit) => unit.stop()));
    },
  };
};

interface UnitRow extends Row {
  readonly txn: string;
}

interface OpenPage {
  readonly dashboard: Dashboard;
  readonly isFresh: () => boolean;
  /** How often it has shown something new. */
  readonly changes: () => number;
  /** The longest time between two of these since the last call, in milliseconds. */
  readonly takeLongest: () => number;
  /** True if it shows these messages, by unit. */
  readonly shows: (newest: ReadonlyMap<string, string>) => boolean;
}

const openPage = (url: string): OpenPage => {
  const dashboard = connectDashboard({ url, WebSocket, token: 'a page' });
  let live: Live<Rows<UnitRow>> | undefined;
  let [changes, changed, longest] = [0, Infinity, 0];
  dashboard.watch('units', {}, { fold: rows<UnitRow>() }).subscribe({
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
    shows: (newest) =>
      isFresh() &&
      live?.value?.byId.size === newest.size &&
      [...newest].every(([systemId, txn]) => live?.value?.byId.get(systemId)?.txn === txn),
  };
};
