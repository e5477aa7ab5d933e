import { expect } from 'chai';
import { asyncScheduler, catchError, delay, EMPTY, filter, map, of, takeLast } from 'rxjs';
import {
  AckTimeoutError,
  ConnectionLostError,
  InvalidMessageError,
  MessageTooLargeError,
  NackError,
  OptionError,
  QueueFullError,
  StoppedError,
} from '../../lib/errors.js';
import type { DeliveryReport } from '../../lib/delivery/outgoing-message.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import { ack, acknowledge, nack, type Received } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { marbles } from '../support/marbles.js';
import { inTurn } from '../support/stub-transport.js';

const alerts: UnitData = { messageType: 'alerts', items: [] };
/** The first letter of the status and the number of transmissions so far. */
const shown = map(({ status, attempt }: DeliveryReport) => `${status.charAt(0)}${attempt}`);
const values = { q: 'q0', s: 's1', S: 's2', T: 's3', U: 's4', r: 'r1', R: 'r2', Q: 'r3', a: 'a1', A: 'a2', d: 'd4' };
/** The number in the txn. */
const numbers = map(({ header }: Received) => header.txn.replace('txn-', ''));

describe('a message that a unit sends', () => {
  marbles('is queued, sent and acknowledged', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('---o'), answer: acknowledge(3) });
    const { status$, txn, messageType } = unit.send(alerts);

    expectObservable(received$.pipe(numbers)).toBe('---1');
    expectObservable(status$).toBe('q--s--(a|)', {
      q: { txn, messageType, status: 'queued', attempt: 0 },
      s: { txn, messageType, status: 'sent', attempt: 1 },
      a: { txn, messageType, status: 'acknowledged', attempt: 1 },
    });
  });

  marbles('reaches the cloud with its header and its data', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('---o') });
    unit.send({ items: [], correlationId: 'c-1', messageType: 'alerts' });
    const header = { version: 7, systemId: 'unit-1', createdAt: '1970-01-01T00:00:00.000000Z', txn: 'txn-1' };

    expectObservable(received$).toBe('---m', {
      m: { header, data: { messageType: 'alerts', correlationId: 'c-1', items: [] } },
    });
  });

  const newer = {
    items: [{ state: 'scheduled', node: { codename: 'n', zone: 7 } }],
    correlationId: 'c-1',
    messageType: 'unitStatus',
  };

  marbles('goes out as it is with an open schema, and is acknowledged', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('---o'), answer: acknowledge(3) });
    const { status$ } = unit.send(newer, { schema: 'open' });
    const delivered$ = of({ messageType: 'aNewType' }).pipe(unit.deliver({ schema: 'open' }));

    expectObservable(received$.pipe(map(({ data }) => JSON.stringify(data)))).toBe('---(mn)', {
      m: '{"messageType":"unitStatus","correlationId":"c-1","items":[{"state":"scheduled","node":{"codename":"n","zone":7}}]}',
      n: '{"messageType":"aNewType"}',
    });
    expectObservable(status$.pipe(shown)).toBe('q--s--(a|)', values);
    expectObservable(delivered$.pipe(shown)).toBe('q--s--(a|)', values);
  });

  marbles(
    'is refused with an open schema where it is no JSON, an answer or too large, and without where it is newer',
    () => {
      const { unit } = virtualUnit(asyncScheduler, {}, { maxMessageBytes: 1024 });
      expect(() => unit.send(newer as unknown as UnitData)).to.throw(InvalidMessageError, 'is not valid');
      expect(() => unit.send({ ...newer, at: new Date() }, { schema: 'open' })).to.throw(InvalidMessageError, '/at');
      expect(() => unit.send({ messageType: 'ack' }, { schema: 'open' })).to.throw(InvalidMessageError);
      const large = { ...newer, text: 'x'.repeat(1000) };
      expect(() => unit.send(large, { schema: 'open' })).to.throw(MessageTooLargeError);
      expect(() => unit.send(alerts, { schema: 'any' as 'strict' })).to.throw(OptionError, 'strict or open');
    },
  );

  marbles('goes again every 10 s when no ack comes, and is dropped at 40 s', ({ cold, expectObservable }) => {
    const frame$ = cold('5s p 9999ms p 9999ms p 9999ms p', { p: 'ping' as const });
    const { unit, received$ } = virtualUnit(asyncScheduler, { frame$, answer: () => EMPTY });
    const { status$ } = unit.send(alerts);
    const cause$ = status$.pipe(
      takeLast(1),
      map(({ cause }) => cause),
    );

    expectObservable(received$.pipe(numbers)).toBe('1 9999ms 1 9999ms 1 9999ms 1');
    expectObservable(status$.pipe(shown)).toBe('s 9999ms (rS) 9996ms (RT) 9996ms (QU) 9996ms (d|)', values);
    expectObservable(cause$).toBe('40s (e|)', { e: new AckTimeoutError('txn-1', 4, 10_000) });
  });

  marbles('is resent after the retryAfter of a nack, and after 500 ms without one', (helpers) => {
    const { cold, expectObservable } = helpers;
    const answers = [nack('txn-1', 2000), nack('txn-1')];
    const { unit, received$ } = virtualUnit(asyncScheduler, {
      link$: cold('---o'),
      answer: (message$) =>
        message$.pipe(
          delay(10),
          map(() => answers.shift() ?? ack('txn-1')),
        ),
    });
    const cause$ = unit.send(alerts).status$.pipe(map(({ cause }) => cause));

    expectObservable(received$.pipe(numbers)).toBe('---1 2009ms 1 509ms 1');
    expectObservable(cause$).toBe('u--u 9ms n 1999ms u 9ms m 499ms u 9ms (u|)', {
      u: undefined,
      n: new NackError('txn-1', 2000),
      m: new NackError('txn-1', 500),
    });
  });

  marbles('goes again first and in order on the next connection, with why the last one ended', (helpers) => {
    const { cold, expectObservable } = helpers;
    const link$ = inTurn(cold('---o 9s #'), cold('---o'));
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$, answer: acknowledge(9500) });
    const [first] = [unit.send(alerts), unit.send(alerts), unit.send(alerts)];
    asyncScheduler.schedule(() => void unit.send(alerts), 9005);
    const lost = new ConnectionLostError('wss://cloud.example/ws/v7/', 1006);

    expectObservable(received$.pipe(numbers), '1m !').toBe('---(123) 8999ms (1234)');
    expectObservable(first.status$.pipe(shown)).toBe('q--s 9s r--S 9499ms (A|)', values);
    expectObservable(
      first.status$.pipe(
        filter(({ cause }) => cause !== undefined),
        map(({ cause }) => (cause instanceof Error ? cause.message : cause)),
      ),
    ).toBe('9004ms c 9502ms |', { c: lost.message });
  });

  marbles('is done with its write where no ack is expected', ({ cold, expectObservable }) => {
    const link$ = inTurn(cold('---o 9s #'), cold('---o'));
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$, answer: () => EMPTY });
    const { status$ } = unit.send(alerts, { policy: 'sendOnly' });

    expectObservable(received$.pipe(numbers)).toBe('---1');
    expectObservable(status$.pipe(shown)).toBe('q--(s|)', values);
  });

  marbles('waits for a connection as long as it takes, and loses no retry by that', ({ cold, expectObservable }) => {
    const busy = { errorCode: 2, nextRequestDelay: 600_000 };
    const discovery$ = inTurn(of(busy), of(busy), of(busy), of({}));
    const { unit, received$ } = virtualUnit(asyncScheduler, { discovery$, link$: cold('--o') });
    const { status$ } = unit.send(alerts);

    expectObservable(received$.pipe(numbers)).toBe('30m --1');
    expectObservable(status$.pipe(shown)).toBe('q 29m 59s 999ms --(sa|)', values);
  });

  marbles('can be sent before start', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('--o') }, { autoStart: false });
    unit.send(alerts);
    asyncScheduler.schedule(unit.start, 1000);

    expectObservable(received$.pipe(numbers)).toBe('1002ms 1');
  });

  marbles('is one of 256 without ack at most', ({ cold, expectObservable, flush }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('--o'), answer: acknowledge(1000) });
    for (let n = 0; n < 600; n++) unit.send(alerts);
    const counts = new Map<number, number>();
    received$.subscribe({
      next: () => counts.set(asyncScheduler.now(), (counts.get(asyncScheduler.now()) ?? 0) + 1),
      error: () => undefined,
    });

    expectObservable(unit.failure$).toBe('');
    flush();
    expect([...counts]).to.deep.equal([
      [2, 256],
      [1002, 256],
      [2002, 88],
    ]);
  });

  marbles('is refused as a whole where it or its options are wrong', ({ expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler);
    expect(() => unit.send({ messageType: 'ack' } as unknown as UnitData)).to.throw(InvalidMessageError);
    expect(() => unit.send({ messageType: 'alerts' } as UnitData)).to.throw(InvalidMessageError, '/items is missing');
    expect(() => unit.send(alerts, { policy: 'never' } as unknown as { policy: 'sendOnly' })).to.throw(OptionError);

    expectObservable(received$).toBe('');
  });

  marbles('is refused where the queue is full, and accepted when an ack has made room', ({ cold, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o') }, { maxQueued: 2 });
    unit.send(alerts);
    unit.send(alerts);
    expect(() => unit.send(alerts)).to.throw(QueueFullError, '2 messages');
    let accepted = false;
    asyncScheduler.schedule(() => {
      accepted = unit.send(alerts).txn !== unit.send(alerts).txn;
    }, 100);
    flush();

    expect(accepted).to.equal(true);
  });

  marbles('is refused after stop, and dropped by it', ({ cold, expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o'), answer: () => EMPTY });
    const { status$ } = unit.send(alerts);
    asyncScheduler.schedule(() => {
      void unit.stop();
      expect(() => unit.send(alerts)).to.throw(StoppedError);
    }, 100);
    const cause$ = status$.pipe(
      takeLast(1),
      map(({ cause }) => cause),
    );

    expectObservable(cause$).toBe('100ms (e|)', { e: new StoppedError() });
  });
});

describe('deliver of a unit', () => {
  marbles('sends each item and reports what happens to it', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('--o'), answer: acknowledge(3) });
    const data$ = cold('     ----a---------b|', { a: alerts, b: alerts });
    const report$ = data$.pipe(
      unit.deliver(),
      map(({ txn, status }) => status.charAt(0) + txn.replace('txn-', '')),
    );

    expectObservable(received$.pipe(numbers)).toBe('----1---------2');
    expectObservable(report$.pipe(filter((report) => !report.startsWith('q')))).toBe('----s--a------S--(A|)', {
      s: 's1',
      a: 'a1',
      S: 's2',
      A: 'a2',
    });
  });

  marbles('takes the same options as send', ({ cold, expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o'), answer: () => EMPTY });
    const report$ = of(alerts).pipe(unit.deliver({ policy: 'sendOnly' }), shown);

    expectObservable(report$).toBe('q-(s|)', values);
  });

  marbles('reports as dropped what finds the queue full, and goes on', ({ cold, expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o') }, { maxQueued: 1 });
    const dropped$ = of(alerts, alerts).pipe(
      unit.deliver(),
      filter(({ status }) => status === 'dropped'),
      map(({ cause, ...report }) => ({ ...report, full: cause instanceof QueueFullError })),
    );

    expectObservable(dropped$).toBe('d-|', {
      d: { txn: '', messageType: 'alerts', status: 'dropped', attempt: 0, full: true },
    });
  });

  marbles('fails at what send refuses', ({ expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler);
    const wrong = { messageType: 'ack' } as unknown as UnitData;
    const name$ = of(wrong).pipe(
      unit.deliver(),
      map(() => 'a report'),
      catchError((error: unknown) => of(error instanceof Error ? error.name : error)),
    );

    expectObservable(name$).toBe('(e|)', { e: 'InvalidMessageError' });
  });
});
