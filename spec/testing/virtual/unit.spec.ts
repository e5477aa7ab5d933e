import { expect } from 'chai';
import { asyncScheduler, delay, EMPTY, filter, map } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  ConnectError,
  ConnectionClosedError,
  ConnectionLostError,
  DeadLinkError,
  DiscoveryError,
  UnauthorizedError,
} from '../../../lib/errors.js';
import {
  ack,
  acknowledge,
  cloudMessage,
  nack,
  type Received,
  type VirtualCloud,
} from '../../../lib/testing/virtual/cloud.js';
import { virtualUnit, type VirtualUnitOptions } from '../../../lib/testing/virtual/unit.js';
import { marbles } from '../../support/marbles.js';

const url = 'wss://cloud.example/ws/v7/';
const alerts = { messageType: 'alerts', items: [] } as const;
const types = map(({ data }: Received) => data.messageType);
const txns = map(({ header }: Received) => header.txn);
/** The names of the states, and the causes of the waits. */
const states = (cloud: VirtualCloud, options?: VirtualUnitOptions) =>
  virtualUnit(asyncScheduler, cloud, options).unit.state$.pipe(
    map((state) => (state.state === 'waiting' ? state.cause : state.state)),
  );
/** The causes of the waits. */
const causes = (cloud: VirtualCloud) => states(cloud).pipe(filter((state) => state instanceof Error));

describe('virtualUnit', () => {
  it('runs in a TestScheduler that is passed to it', () => {
    let compared = 0;
    const scheduler = new TestScheduler((actual, expected) => {
      compared++;
      expect(actual).to.deep.equal(expected);
    });
    scheduler.run(({ cold, expectObservable }) => {
      const { unit, received$ } = virtualUnit(scheduler, { link$: cold('5ms o') });
      unit.send({ messageType: 'alerts', items: [] });
      expectObservable(received$.pipe(types), '20ms !').toBe('5ms a', { a: 'alerts' });
    });
    expect(compared).to.equal(1);
  });

  marbles('connects at once to a cloud without faults, which acks what it gets', ({ expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler);
    const status$ = unit.send(alerts).status$.pipe(map(({ status }) => status));

    expectObservable(unit.state$.pipe(map(({ state }) => state)), '100ms ^ 1ms !').toBe('100ms o', { o: 'connected' });
    expectObservable(received$.pipe(types)).toBe('a', { a: 'alerts' });
    expectObservable(status$).toBe('(sa|)', { s: 'sent', a: 'acknowledged' });
  });

  marbles('begins at time 0, with txns that count and random numbers of a half', ({ expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler);
    unit.send(alerts);
    unit.send(alerts);
    const shown$ = received$.pipe(map(({ header }) => [header.txn, header.createdAt, header.systemId]));
    const createdAt = '1970-01-01T00:00:00.000000Z';

    expectObservable(shown$).toBe('(ab)', { a: ['txn-1', createdAt, 'unit-1'], b: ['txn-2', createdAt, 'unit-1'] });
  });

  marbles('takes the options of a unit', ({ cold, expectObservable }) => {
    const cloud = { link$: cold('-o'), answer: () => EMPTY, frame$: cold('--p', { p: 'ping' as const }) };
    const options = { systemId: 'unit-7', newId: () => 'mine', ackTimeout: 10, maxRetries: 1, now: () => 1000 };
    const { unit, received$ } = virtualUnit(asyncScheduler, cloud, options);
    unit.send(alerts);

    expectObservable(received$.pipe(map(({ header }) => header))).toBe('-m 9ms m', {
      m: { version: 7, systemId: 'unit-7', txn: 'mine', createdAt: '1970-01-01T00:00:01.000000Z' },
    });
  });

  marbles('is stopped after an hour, or its lifetime', ({ cold, expectObservable }) => {
    const stopped = filter((state: unknown) => state === 'stopped');

    expectObservable(states({ link$: cold('-o') }).pipe(stopped)).toBe('60m s', { s: 'stopped' });
    expectObservable(states({ link$: cold('-#') }).pipe(stopped)).toBe('60m s', { s: 'stopped' });
    expectObservable(states({ link$: cold('-o') }, { lifetime: 5 }).pipe(stopped)).toBe('-----s', { s: 'stopped' });
  });

  describe('a link', () => {
    marbles('is open from its first value to its end, and opened again by each attempt', (helpers) => {
      const { cold, expectSubscriptions, expectObservable } = helpers;
      const link$ = cold('---o 9s #');
      const connected$ = states({ link$ }, { lifetime: 10_000 }).pipe(filter((state) => state === 'connected'));

      expectObservable(connected$).toBe('---o 9003ms o', { o: 'connected' });
      expectSubscriptions(link$.subscriptions).toBe(['^ 9003ms !', '9004ms ^ 995ms !']);
    });

    marbles('that fails after it was open is a lost connection', ({ cold, expectObservable }) => {
      const lost = new ConnectionLostError(url, 1006, { cause: 'error' });

      expectObservable(causes({ link$: cold('-o 9s #') }), '9002ms !').toBe('', {});
      expectObservable(causes({ link$: cold('-o 9s #') }), '9003ms !').toBe('9002ms l', { l: lost });
    });

    marbles('that completes after it was open is a close frame', ({ cold, expectObservable }) => {
      const closed = new ConnectionClosedError(url, 1000, '');

      expectObservable(causes({ link$: cold('-o 9s |') }), '9003ms !').toBe('9002ms c', { c: closed });
    });

    marbles('that ends before it was open could not be opened', ({ cold, expectObservable }) => {
      expectObservable(causes({ link$: cold('-#') }), '5ms !').toBe('-e', { e: new ConnectError(url, 'error') });
      expectObservable(causes({ link$: cold('-|') }), '5ms !').toBe('-e', {
        e: new ConnectError(url, 'the virtual link ended'),
      });
    });

    marbles('fails with an error of this library as it is', ({ cold, expectObservable }) => {
      const refused = new UnauthorizedError(url);

      expectObservable(causes({ link$: cold('-#', undefined, refused) }), '5ms !').toBe('--e', { e: refused });
    });

    marbles('that is silent and answers no ping is dead', ({ cold, expectObservable }) => {
      const frame$ = cold('p 999ms p', { p: 'ping' as const });
      const dead = new DeadLinkError(url, 'no sign of life within 5000 ms of a ping');

      expectObservable(causes({ frame$, pongs: false }), '9s !').toBe('8500ms d', { d: dead });
      expectObservable(causes({ frame$ }), '60s !').toBe('');
    });
  });

  describe('discovery', () => {
    marbles('answers with what it is given, the rest being sensible', ({ cold, expectObservable }) => {
      const connectionInfo = ['wss://other.example/'];
      const discovery$ = cold('--r', { r: { connectionInfo } });
      const { unit } = virtualUnit(asyncScheduler, { discovery$, link$: cold('-o') });

      expectObservable(unit.state$, '9ms !').toBe('d-co', {
        d: { state: 'discovering' },
        c: { state: 'connecting', url: 'wss://other.example/' },
        o: { state: 'connected', url: 'wss://other.example/', since: 3 },
      });
    });

    marbles('that fails is a failed request', ({ cold, expectObservable }) => {
      const error = new DiscoveryError('https://cloud.example/sd/v7/', 'error');

      expectObservable(causes({ discovery$: cold('-#') }), '5ms !').toBe('-e', { e: error });
    });

    marbles('says when to come back', ({ cold, expectObservable, expectSubscriptions }) => {
      const discovery$ = cold('(r|)', { r: { errorCode: 2, nextRequestDelay: 30_000 } });

      expectObservable(
        states({ discovery$ }, { lifetime: 61_000 }).pipe(filter((state) => state === 'connecting')),
      ).toBe('');
      expectSubscriptions(discovery$.subscriptions).toBe(['(^!)', '30s (^!)', '60s (^!)']);
    });
  });

  describe('the cloud', () => {
    marbles('sends messages, pings and bytes on each open link', ({ cold, expectObservable }) => {
      const frame$ = cold('-a-pg', {
        a: cloudMessage({ messageType: 'desiredStatus' }),
        p: 'ping' as const,
        g: new Uint8Array([0xff]),
      });
      const { unit, acked$ } = virtualUnit(asyncScheduler, { link$: cold('-o 9s #'), frame$ }, { lifetime: 18_000 });

      expectObservable(unit.message$.pipe(map(({ header }) => header.txn))).toBe('--a 9001ms b', {
        a: 'cloud-1',
        b: 'cloud-2',
      });
      expectObservable(acked$).toBe('--a 9001ms b', { a: 'cloud-1', b: 'cloud-2' });
      expectObservable(unit.rejected$).toBe('-----r 9001ms r', { r: { reason: 'not UTF-8' } });
    });

    marbles('gives a message the txn it is told', ({ cold, expectObservable }) => {
      const frame$ = cold('-a', { a: cloudMessage({ messageType: 'desiredStatus' }, 'mine') });

      expectObservable(virtualUnit(asyncScheduler, { frame$ }).acked$).toBe('-a', { a: 'mine' });
    });

    marbles('acks later where it is told to', ({ expectObservable }) => {
      const { unit } = virtualUnit(asyncScheduler, { answer: acknowledge(50) });

      expectObservable(unit.send(alerts).status$.pipe(map(({ status }) => status))).toBe('s 49ms (a|)', {
        s: 'sent',
        a: 'acknowledged',
      });
    });

    marbles('answers each message as it is told, and no ack', ({ cold, expectObservable }) => {
      const answers = [nack('txn-1', 100), ack('txn-1')];
      const seen: string[] = [];
      const cloud = {
        frame$: cold('-----a', { a: cloudMessage({ messageType: 'desiredStatus' }) }),
        answer: (received$: Parameters<typeof types>[0]) =>
          received$.pipe(
            delay(10),
            map(({ data }) => {
              seen.push(data.messageType);
              return answers.shift() ?? ack('none');
            }),
          ),
      };
      const { unit, received$ } = virtualUnit(asyncScheduler, cloud);
      const status$ = unit.send(alerts).status$.pipe(map(({ status }) => status.charAt(0)));

      expectObservable(received$.pipe(txns)).toBe('m 109ms m', { m: 'txn-1' });
      expectObservable(status$).toBe('s 9ms r 99ms s 9ms (a|)');
    });
  });
});
