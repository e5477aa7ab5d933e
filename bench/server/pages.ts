import { fork } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { answerOf } from './ask.js';
import type { Case } from './cases.js';
import type { Measured } from './child.js';

export type { Measured };

const frameOf = (page: number, data: object): string =>
  JSON.stringify({ header: { version: 7, clientId: `page-${page}`, txn: 't' }, data });

/** What a page subscribes to. */
export interface Watched {
  readonly topic: string;
  readonly params: object;
}

/** Opens a page that subscribes to some topics. */
const openPage = async (url: string, page: number, watched: readonly Watched[]): Promise<WebSocket> => {
  const webSocket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
  await once(webSocket, 'open');
  webSocket.send(frameOf(page, { messageType: 'hello', protocol: 'unitlink.dashboard.1' }));
  for (const [index, { topic, params }] of watched.entries())
    webSocket.send(frameOf(page, { messageType: 'subscribe', subId: `${topic}-${index}`, gen: 1, topic, params }));
  return webSocket;
};

/** The pages of a server, and what is published to it. */
export interface PageLoad {
  readonly pages: number;
  /** The updates a second. */
  readonly perSecond: number;
  readonly watched: (page: number) => readonly Watched[];
}

/** Measures a server while so many pages are connected. */
export const measurePages = async (
  what: Case,
  { pages, perSecond, watched }: PageLoad,
  seconds: number,
): Promise<Measured> => {
  const child = fork(new URL('child.js', import.meta.url), [what, `${perSecond}`, `${watched(0).length}`]);
  const { url } = await answerOf<{ readonly url: string }>(child);
  const opened: WebSocket[] = [];
  try {
    for (let page = 0; page < pages; page++) opened.push(await openPage(url, page, watched(page)));
    const run = (time: number): Promise<Measured> => {
      child.send(time);
      return answerOf<Measured>(child);
    };
    await run(1); // until it is compiled
    return await run(seconds);
  } finally {
    for (const page of opened) page.terminate();
    child.disconnect();
  }
};
