import { benchGrowth } from './growth.js';
import { measurePages, type Measured } from './pages.js';
import { benchRedis } from './redis.js';
import { benchAcked, benchIdleUnits, withRedis } from './units.js';

const shown = ({ cores, each, health }: Measured): string =>
  `${cores.toFixed(2)} cores, ${(each * 1000).toFixed(0)} µs an update, health checks within ${health.toFixed(0)} ms`;

const unitsBy = (params: object) => [{ topic: 'units', params }];

/** Measures many pages: what they cost, and what a bare broadcast of the same frames costs. */
const benchPages = async (seconds: number): Promise<void> => {
  const sorts = { pages: 300, perSecond: 200, watched: (page: number) => unitsBy({ sort: String(page), page: 0 }) };
  console.log(`300 pages, 300 sorts, 1,000 rows, 200 updates/s: ${shown(await measurePages('sorts', sorts, seconds))}`);
  const same = { pages: 1000, perSecond: 20, watched: () => unitsBy({}) };
  const [own, bare] = [await measurePages('same', same, seconds), await measurePages('bare', same, seconds)];
  console.log(`1,000 pages that watch the same, 20 updates/s: ${shown(own)}`);
  console.log(
    `a bare ws broadcast of the same frames: ${shown(bare)}; ${(own.each / bare.each).toFixed(2)} times that`,
  );
};

type Part = 'pages' | 'acked' | 'redis' | 'idle' | 'growth';

/** Measures the servers of dashboards and of units next to bare loops of the same; only these parts, or all. */
export const benchServer = async (isQuick: boolean, only: readonly string[]): Promise<void> => {
  const seconds = isQuick ? 2 : 10;
  const measures = (part: Part): boolean => only.length === 0 || only.includes(part);
  if (measures('pages')) await benchPages(seconds);
  if (measures('acked')) await withRedis((url) => benchAcked(url, seconds * 500));
  if (measures('redis')) await withRedis((url) => benchRedis(url, 300));
  if (measures('growth')) await benchGrowth(isQuick ? 1000 : 10_000, seconds);
  if (measures('idle')) await benchIdleUnits(isQuick ? [1000] : [1000, 10_000]);
};
