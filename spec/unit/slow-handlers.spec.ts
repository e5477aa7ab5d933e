import { expect } from 'chai';
import { asyncScheduler, defer, map, merge, mergeMap, NEVER, Subject, tap, timer } from 'rxjs';
import { startCloud } from '../../lib/testing/cloud/start-cloud.js';
import { acknowledge, cloudMessage, type CloudFrame } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { numberedByCloud, numberOf } from '../support/numbered.js';
import { marbles } from '../support/marbles.js';
import { connectTo, recorded, untilEvent, untilState } from '../support/unit-on-cloud.js';
import { untilAll } from '../support/until.js';
import { cloudData } from '../support/wire-examples.js';

const log = (txn: string): CloudFrame => cloudMessage(cloudData('requestLog'), txn);
const frames = Object.fromEntries(Array.from('abcdefgh', (txn) => [txn, log(txn)]));
const alerts = { messageType: 'alerts', items: [] } as const;

describe('a unit whose handlers fall behind', () => {
  marbles('reads no further while more than so many wait, until half of them are left', (helpers) => {
    const { cold, expectObservable } = helpers;
    const frame$ = cold('--(abcdefg)', frames);
    const acked = '      --(abcde) 23ms (fg)';
    const handled = '    --a 9ms b 9ms c 9ms d 9ms e 9ms f 9ms g';
    const { unit, acked$ } = virtualUnit(asyncScheduler, { frame$ }, { maxUnhandled: 4 });
    const handled$ = new Subject<string>();
    unit.handle('requestLog', ({ header }) => {
      handled$.next(header.txn);
      return timer(10, asyncScheduler);
    });

    expectObservable(acked$, '1s !').toBe(acked);
    expectObservable(handled$, '1s !').toBe(handled);
  });

  marbles('reads on at once where nobody handles what comes', ({ cold, expectObservable }) => {
    const { unit, acked$ } = virtualUnit(asyncScheduler, { frame$: cold('--(abcdefg)', frames) }, { maxUnhandled: 1 });
    unit.handle('updateState', () => timer(1000, asyncScheduler));

    expectObservable(acked$, '1s !').toBe('--(abcdefg)');
  });

  marbles('judges neither the link nor its messages while it does not read', ({ flush }) => {
    const frame$ = merge(
      timer(0, 1000, asyncScheduler).pipe(map(() => 'ping' as const)),
      timer(5000, asyncScheduler).pipe(mergeMap(() => Array.from({ length: 30 }, (_, n) => log(`c-${n}`)))),
    );
    const { unit } = virtualUnit(
      asyncScheduler,
      { frame$, answer: acknowledge(1) },
      { maxUnhandled: 20, maxRetries: 0 },
    );
    unit.handle('requestLog', () => timer(4000, asyncScheduler)); // the pause ends after a quarter of a second
    const states = recorded(unit.state$.pipe(map(({ state }) => state)));
    const reports: string[] = [];
    asyncScheduler.schedule(() => {
      unit.send(alerts).status$.subscribe({
        next: ({ status, attempt }) => reports.push(`${asyncScheduler.now()} ${status} ${attempt}`),
        error: () => reports.push('error'),
      });
    }, 5200);
    asyncScheduler.schedule(() => void unit.stop(), 300_000);
    flush();

    expect(reports).to.deep.equal(['5200 queued 0', '5200 sent 1', '5250 acknowledged 1']);
    expect(states).to.deep.equal(['discovering', 'connecting', 'connected', 'stopped']);
  });

  marbles('gives messages a full ack timeout after it', ({ flush }) => {
    const frame$ = timer(5000, asyncScheduler).pipe(mergeMap(() => Array.from({ length: 3 }, (_, n) => log(`c-${n}`))));
    const { unit } = virtualUnit(asyncScheduler, { frame$, answer: () => NEVER }, { maxUnhandled: 2, maxRetries: 0 });
    unit.handle('requestLog', ({ header }) => timer(header.txn === 'c-2' ? 60_000 : 4000, asyncScheduler));
    const reports: string[] = [];
    asyncScheduler.schedule(() => {
      unit.send(alerts).status$.subscribe({
        next: ({ status }) => reports.push(`${asyncScheduler.now()} ${status}`),
        error: () => reports.push('error'),
      });
    }, 5200);
    asyncScheduler.schedule(() => void unit.stop(), 300_000);
    flush();

    // The pause ends at 5.25 s; then the 10 s begin.
    expect(reports).to.deep.equal(['5200 queued', '5200 sent', '15250 dropped']);
  });

  marbles('does not wait for ever for handlers that wait for an ack', ({ cold, flush }) => {
    const frame$ = cold('--(abcdefgh)', frames);
    const { unit } = virtualUnit(asyncScheduler, { frame$ }, { maxUnhandled: 2, lifetime: 600_000 });
    const statuses: string[] = [];
    unit.handle('requestLog', () => unit.send(alerts).status$.pipe(tap(({ status }) => statuses.push(status))));
    flush();

    expect(statuses.filter((status) => status === 'acknowledged')).to.have.length(8);
  });

  marbles(
    'hears an ack within a quarter of a second while a handler never ends, and however much waits for it',
    (helpers) => {
      const { flush } = helpers;
      const frame$ = timer(5000, asyncScheduler).pipe(
        mergeMap(() => Array.from({ length: 300 }, (_, n) => log(`c-${n}`))),
      );
      const { unit } = virtualUnit(
        asyncScheduler,
        { frame$, answer: acknowledge(1) },
        { maxUnhandled: 20, handlerTimeout: Infinity },
      );
      unit.handle('requestLog', () => NEVER);
      const acknowledged: number[] = [];
      for (const at of [5001, 10_000, 60_000])
        asyncScheduler.schedule(() => {
          unit.send(alerts).status$.subscribe({
            next: ({ status }) => {
              if (status === 'acknowledged') acknowledged.push(asyncScheduler.now() - at);
            },
            error: () => acknowledged.push(Infinity),
          });
        }, at);
      flush();

      expect(acknowledged).to.deep.equal([249, 1, 1]);
    },
  );

  marbles(
    'acks no message that it has no room for, says so, and takes it when it comes again',
    ({ cold, expectObservable }) => {
      const frame$ = cold('--a-b-- 9s b', frames);
      const acked = '      --a---- 9s b';
      const rejected = '   252ms r'; // after the pause
      const { unit, acked$ } = virtualUnit(asyncScheduler, { frame$ }, { maxUnhandledBytes: 1024 });
      unit.handle('requestLog', () => timer(5000, asyncScheduler));

      expectObservable(acked$, '20s !').toBe(acked);
      expectObservable(unit.rejected$.pipe(map(({ reason }) => reason)), '20s !').toBe(rejected, {
        r: 'requestLog: no room, too much waits for its handler; the cloud has to send it again',
      });
    },
  );

  marbles('acks a message only once it was handled, where that is asked for, over reconnects too', (helpers) => {
    const { cold, expectObservable } = helpers;
    const links = [cold('o 3s #'), cold('o')];
    let number = 0;
    const link$ = defer(() => links[number++] ?? NEVER);
    const frame$ = defer(() => (number === 1 ? cold('1s a', frames) : cold('1s a 4s a', frames)));
    const acked = '      6s a 2001ms a';
    const handled = '    1s a';
    const { unit, acked$ } = virtualUnit(asyncScheduler, { link$, frame$ });
    const handled$ = new Subject<string>();
    unit.handle(
      'requestLog',
      ({ header }) => {
        handled$.next(header.txn);
        return timer(5000, asyncScheduler);
      },
      { ack: 'after' },
    );

    expectObservable(acked$, '20s !').toBe(acked);
    expectObservable(handled$, '20s !').toBe(handled);
  });

  it('lets the messages of a real cloud wait in the network, and gets them all in order', async () => {
    await using cloud = await startCloud();
    await using unit = connectTo(cloud, { maxUnhandled: 100 });
    await using other = connectTo(
      { credentials: await cloud.issueCredentials({ commonName: 'unit-2' }) },
      { systemId: 'unit-2' },
    );
    await Promise.all([unit, other].map((one) => untilState(one, 'connected')));
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const handled: unknown[] = [];
    unit.handle('updateState', async ({ data }) => {
      await held;
      handled.push(numberOf(data));
    });
    const acks = recorded(cloud.ack$);
    const first = untilAll(101, cloud.ack$);
    const numbers = Array.from({ length: 5000 }, (_, number) => number);
    for (const number of numbers) cloud.send(numberedByCloud(number, 'x'.repeat(1000)), { to: 'unit-1' });
    await first;
    for (let count = 0; count < 50; count++) await other.send(alerts).acknowledged; // time enough to read the rest
    expect(acks.length).to.be.within(101, 300);

    const rest = untilAll(5000 - acks.length, cloud.ack$);
    goOn();
    await rest;
    await unit.send(alerts).acknowledged;
    expect(handled).to.deep.equal(numbers.slice(0, handled.length));
    expect(handled.length).to.be.within(4700, 5000);
    expect(cloud.counts).to.include({ upgrades: 2 });
  });

  it('closes in good order while it does not read', async () => {
    await using cloud = await startCloud();
    const unit = connectTo(cloud, { maxUnhandled: 1 });
    await untilState(unit, 'connected');
    unit.handle('updateState', () => NEVER);
    const acked = untilAll(2, cloud.ack$);
    const closed = untilEvent(cloud, 'closed');
    for (let count = 0; count < 2000; count++) cloud.send(numberedByCloud(count, 'x'.repeat(1000)));
    await acked;
    await unit.stop();
    expect(await closed).to.include({ code: 1000 });
  });
});
