import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { filter, map, type Observable } from 'rxjs';
import { startCloud } from '../../lib/testing/cloud/start-cloud.js';
import { startDashboard } from '../../lib/testing/dashboard/start-dashboard.js';
import { valueTopic } from '../../lib/server/value-topic.js';
import type { Held } from './measure.js';
import { full } from './numbers.js';

const file = fileURLToPath(new URL('./reconnecting-child.js', import.meta.url));

/** How many: a few, or as many as the promise says; `RECONNECTS` says otherwise. */
const reconnects = (few: number, all: number): number => Number(process.env['RECONNECTS'] ?? (full ? all : few));

/** Gives the session of each connection once that is in use, and ends it again and again; settles after so many. */
const endEach = (used$: Observable<number>, count: number, end: (n: number) => void): Promise<unknown> =>
  new Promise((resolve, reject) => {
    let latest = -1;
    let ended = 0;
    const subscription = used$.subscribe({
      next: (session) => {
        if (session === latest) return;
        latest = session;
        if (ended === count) {
          subscription.unsubscribe();
          resolve(undefined);
        } else end(ended++);
      },
      error: reject,
    });
    // The connection there is, if any, is in use already.
    end(ended++);
  });

describe('a process that is disconnected again and again', () => {
  let child: ChildProcess;
  const ask = async (what: 'before' | 'now' | 'after'): Promise<Held> => {
    const answered = once(child, 'message') as Promise<[Held]>;
    child.send(what);
    return (await answered)[0];
  };

  beforeEach(() => {
    child = fork(file, { execArgv: ['--expose-gc'] });
  });
  afterEach(() => {
    child.kill('SIGKILL');
  });

  /** Warms up, does the reconnects, and compares what is held. */
  const expectNoLeak = async (
    count: number,
    most: number,
    start: object,
    disconnect: (count: number) => Promise<unknown>,
  ): Promise<void> => {
    const before = await ask('before');
    child.send(start);
    await disconnect(Math.min(500, count / 2));
    const early = await ask('now');
    await disconnect(count);
    const late = await ask('now');
    const after = await ask('after');
    const grown = (of: 'heap' | 'rss') => Math.round((late[of] - early[of]) / count);
    console.log(`      ${count} reconnects: ${grown('heap')} bytes of heap and ${grown('rss')} bytes of RSS each`);
    expect(late.resources).to.deep.equal(early.resources);
    expect([late.files, late.listeners]).to.deep.equal([early.files, early.listeners]);
    expect(grown('heap')).to.be.lessThan(most);
    expect(late.warnings).to.deep.equal([]);
    expect(after.resources).to.deep.equal(before.resources);
    expect(after.files).to.equal(before.files);
  };

  it('holds no more memory, timers, listeners and sockets as a unit', async () => {
    await using cloud = await startCloud();
    const { credentials } = cloud;
    const used$ = cloud.event$.pipe(
      filter(({ kind }) => kind === 'answered'),
      map((event) => ('session' in event ? event.session : 0)),
    );
    const ways = ['closeSessions', 'resetSessions', 'dropSessions'] as const;
    await expectNoLeak(reconnects(2000, 10_000), 1024, { credentials }, (count) =>
      endEach(used$, count, (n) => {
        cloud[ways[n % ways.length] ?? 'closeSessions']();
      }),
    );
  });

  it('holds no more memory, timers, listeners and sockets as a dashboard', async () => {
    const topics = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`value-${n}`, valueTopic()]));
    await using server = await startDashboard({ topics });
    const used$ = server.journal.entry$.pipe(
      filter((entry) => entry.kind === 'answer' && entry.topic === 'value-9'),
      map(({ session }) => session),
    );
    await expectNoLeak(reconnects(1000, 1000), 1024, { url: server.url }, (count) =>
      endEach(used$, count, (n) => {
        if (n % 2 === 0) server.cut();
        else server.close(1001);
      }),
    );
  });
});
