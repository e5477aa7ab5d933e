import { pause } from '../failover/programs.js';
import { redisLog } from 'unitlink/server';
import type { PageAnswers, UnitRow } from './pages.js';
import { type Asked, startAsked } from './questions.js';
import type { Stack } from './start-stack.js';
import type { UnitAnswers } from './units.js';

/** What was promised, and what became of it. */
export interface Audit {
  /** The messages that were acknowledged to a unit. */
  readonly acknowledged: number;
  /** Those of them that no server has handled. */
  readonly lost: readonly string[];
  /** The pages that do not show as fresh what the log has, each row once, and nothing else. */
  readonly frozen: number;
}

/** Options of {@link startLoad}. */
export interface LoadOptions {
  readonly units: number;
  readonly pages: number;
  /** The time between two messages of one unit, in milliseconds. Default: 250. */
  readonly interval?: number;
  /** The most updates of a page in a second. Default: 4. */
  readonly rate?: number;
}

/** Units that send all the time, and pages that show them, in two processes each. */
export interface Load extends AsyncDisposable {
  acknowledged(): Promise<number>;
  /** The pages of which all is fresh. */
  fresh(): Promise<number>;
  /**
   * Settles once each page has shown something new since now, or after a minute; with the longest times for which pages
   * showed nothing new since the last call, one for each page, in milliseconds, the shortest first.
   */
  outages(): Promise<readonly number[]>;
  /** The longest time for which a process of pages was too busy to show anything, since the last call, in milliseconds. */
  busy(): Promise<number>;
  /** Stops sending, and compares; waits until all is handled and shown, or for so long, in milliseconds. */
  audit(patience: number): Promise<Audit>;
}

/** In milliseconds. */
const patienceOfPages = 60_000;
/** The processes of units, and as many of pages. */
const processes = 2;

/** Starts so many units and pages. */
export const startLoad = async (
  stack: Stack,
  { units, pages, interval = 250, rate = 4 }: LoadOptions,
): Promise<Load> => {
  const unitLoads = Array.from({ length: processes }, () => startAsked<UnitAnswers>('units.js'));
  const pageLoads = Array.from({ length: processes }, () => startAsked<PageAnswers>('pages.js'));
  const end = async (): Promise<void> => {
    const stopped = [...unitLoads, ...pageLoads].map((load) => load.ask('stop'));
    await Promise.allSettled(stopped);
    await Promise.all([...unitLoads, ...pageLoads].map((load) => load[Symbol.asyncDispose]()));
  };
  try {
    await Promise.all(unitLoads.map((load, nth) => connectUnits(load, stack, idsOf(units, nth), interval)));
    await Promise.all(
      pageLoads.map((load, nth) => load.ask('open', { url: stack.pagesUrl, count: idsOf(pages, nth).length, rate })),
    );
  } catch (error) {
    await end();
    throw error;
  }

  const log = redisLog(stack.redisUrl);
  const lost = async (): Promise<string[]> =>
    (await Promise.all(unitLoads.map((load) => load.ask('lost', stack.ledgerUrl)))).flat();
  const frozen = async (): Promise<number> => {
    const { latest } = await log.read('units');
    const newest = latest.map(({ key = '', value }) => [key, (value as UnitRow).txn] as const);
    return sumOf(await Promise.all(pageLoads.map((load) => load.ask('frozen', newest))));
  };
  const acknowledged = async (): Promise<number> =>
    sumOf(await Promise.all(unitLoads.map((load) => load.ask('acknowledged'))));
  return {
    acknowledged,
    fresh: async () => sumOf(await Promise.all(pageLoads.map((load) => load.ask('fresh')))),
    outages: async () =>
      (await Promise.all(pageLoads.map((load) => load.ask('outages', patienceOfPages))))
        .flat()
        .sort((one, other) => one - other),
    busy: async () => Math.max(...(await Promise.all(pageLoads.map((load) => load.ask('busy'))))),
    audit: async (patience) => {
      const until = performance.now() + patience;
      await Promise.all(unitLoads.map((load) => load.ask('end', patience)));
      while (((await lost()).length > 0 || (await frozen()) > 0) && performance.now() < until) await pause(500);
      return { acknowledged: await acknowledged(), lost: await lost(), frozen: await frozen() };
    },
    [Symbol.asyncDispose]: async () => {
      await end();
      await log.close();
    },
  };
};

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** The numbers of those that the nth process has. */
const idsOf = (count: number, nth: number): number[] =>
  Array.from({ length: count }, (_, n) => n).filter((n) => n % processes === nth);

const connectUnits = async (
  load: Asked<UnitAnswers>,
  { authority, discoveryUrl }: Stack,
  ids: readonly number[],
  interval: number,
): Promise<void> => {
  const units: { systemId: string; cert: string; key: string }[] = [];
  for (const id of ids) {
    const systemId = `u-${id}`;
    units.push({ systemId, ...(await authority.issue({ commonName: systemId })) });
  }
  await load.ask('connect', { discoveryUrl, ca: authority.ca, units, interval });
};
