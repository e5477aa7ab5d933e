import { fork } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Case } from './cases.js';
import type { Measured } from './child.js';
import { benchRedis } from './redis.js';
import { benchAcked, benchIdleUnits, withRedis } from './units.js';

const frameOf = (page: number, data: object): string =>
  JSON.stringify({ header: { version: 7, clientId: `page-${page}`, txn: 't' }, data });

/** Opens a page that subscribes to the rows by an order of its own; settles with its first frame of data. */
const openPage = async (url: string, page: number, params: object): Promise<WebSocket> => {
  const webSocket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
  await once(webSocket, 'open');
  webSocket.send(frameOf(page, { messageType: 'hello', protocol: 'unitlink.dashboard.1' }));
  webSocket.send(frameOf(page, { messageType: 'subscribe', subId: 'units', gen: 1, topic: 'units', params }));
  return webSocket;
};

interface Load {
  readonly pages: number;
  readonly perSecond: number;
  readonly params: (page: number) => object;
}

/** Measures a server while so many pages are connected. */
const measureCase = async (what: Case, { pages, perSecond, params }: Load, seconds: number): Promise<Measured> => {
  const child = fork(new URL('child.js', import.meta.url), [what, String(perSecond)]);
  const [{ url }] = (await once(child, 'message')) as [{ readonly url: string }];
  const opened: WebSocket[] = [];
  try {
    for (let page = 0; page < pages; page++) opened.push(await openPage(url, page, params(page)));
    const run = async (time: number): Promise<Measured> => {
      child.send(time);
      return ((await once(child, 'message')) as [Measured])[0];
    };
    await run(1); // until it is compiled
    return await run(seconds);
  } finally {
    for (const page of opened) page.terminate();
    child.disconnect();
  }
};

const shown = ({ cores, each, health }: Measured): string =>
  `${cores.toFixed(2)} cores, ${(each * 1000).toFixed(0)} µs an update, health checks within ${health.toFixed(0)} ms`;

/** Measures many pages: what they cost, and what a bare broadcast of the same frames costs. */
const benchPages = async (seconds: number): Promise<void> => {
  const sorts = { pages: 300, perSecond: 200, params: (page: number) => ({ sort: String(page), page: 0 }) };
  console.log(`300 pages, 300 sorts, 1,000 rows, 200 updates/s: ${shown(await measureCase('sorts', sorts, seconds))}`);
  const same = { pages: 1000, perSecond: 20, params: () => ({}) };
  const [own, bare] = [await measureCase('same', same, seconds), await measureCase('bare', same, seconds)];
  console.log(`1,000 pages that watch the same, 20 updates/s: ${shown(own)}`);
  console.log(
    `a bare ws broadcast of the same frames: ${shown(bare)}; ${(own.each / bare.each).toFixed(2)} times that`,
  );
};

type Part = 'pages' | 'acked' | 'redis' | 'idle';

/** Measures the servers of dashboards and of units next to bare loops of the same; only these parts, or all. */
export const benchServer = async (isQuick: boolean, only: readonly string[]): Promise<void> => {
  const seconds = isQuick ? 2 : 10;
  const measures = (part: Part): boolean => only.length === 0 || only.includes(part);
  if (measures('pages')) await benchPages(seconds);
  if (measures('acked')) await withRedis((url) => benchAcked(url, seconds * 500));
  if (measures('redis')) await withRedis((url) => benchRedis(url, 300));
  if (measures('idle')) await benchIdleUnits(isQuick ? [1000] : [1000, 10_000]);
};
