import { bufferCount, filter, map, mergeMap, take, toArray } from 'rxjs';
import { seconds, type Chapter } from './chapter.js';
import { check, next } from './day.js';
import { alert, unitStatus } from './messages.js';

const queues: Chapter = {
  title: '17:00  The cloud is gone',
  about: 'The unit waits 0, 1, 2, 4 and 8 s between its attempts. Messages queue up, and go out in order afterwards.',
  play: async ({ cloud, state$, offline$, send }) => {
    const waits$ = state$.pipe(filter((state) => state.state === 'waiting'));
    const first = next(waits$);
    const waits = next(
      waits$.pipe(
        map(({ delay }) => delay),
        take(3),
        toArray(),
      ),
    );
    const offline = next(offline$);
    await cloud.outage();
    await first;
    const deliveries = ['first', 'second', 'third', 'fourth', 'fifth'].map((nth) => send(alert(`the ${nth}`)));
    const arrivals = next(
      cloud.message$.pipe(
        map(({ header }) => header.txn),
        bufferCount(deliveries.length),
      ),
    );
    const delays = await waits;
    await cloud.restore();
    await Promise.all(deliveries.map(({ acknowledged }) => acknowledged));
    check(delays.join() === '0,1000,2000', `it waited ${delays.join(', ')} ms`);
    check((await arrivals).join() === deliveries.map(({ txn }) => txn).join(), 'they came out of order');
    return `${deliveries.length} messages delivered in order after ${seconds(await offline)} offline, with waits of 0, 1 and 2 s`;
  },
};

const isPinged: Chapter = {
  title: '20:00  A hundred pings at once',
  about: 'Each is answered. (Some WebSocket clients lose their connection over this.)',
  play: async ({ cloud, tell }) => {
    const { upgrades } = cloud.counts;
    const pongs = next(
      cloud.event$.pipe(
        mergeMap((event) => (event.kind === 'pong' ? [event.payload] : [])),
        take(100),
        toArray(),
      ),
    );
    tell({ side: 'cloud', text: 'sends 100 pings in one write' });
    cloud.ping(100);
    const answers = new Set(await pongs);
    tell({ side: 'unit', text: `answers ${answers.size}` });
    check(answers.size === 100, `only ${answers.size} different pings were answered`);
    check(cloud.counts.upgrades === upgrades, 'the connection was lost over it');
    return 'one hundred pongs, same session';
  },
};

const stops: Chapter = {
  title: '22:00  Good night',
  about: 'The unit delivers what is left, closes the connection with 1000, and leaves nothing behind.',
  play: async ({ cloud, unit, send }) => {
    const closed = next(cloud.event$.pipe(filter((event) => event.kind === 'closed')));
    send(unitStatus());
    const { undelivered } = await unit.stop({ drain: true });
    const { code } = await closed;
    check(undelivered.length === 0, `${undelivered.length} messages were not delivered`);
    check(code === 1000, `the connection was closed with ${code}`);
    return 'stopped, nothing undelivered';
  },
};

/** The cloud is gone for a while, comes back, and the day ends. */
export const evening: readonly Chapter[] = [queues, isPinged, stops];
