import { expect } from 'chai';
import { asyncScheduler, EMPTY, ignoreElements, map, mergeAll, mergeMap, NEVER, of, throwError, timer } from 'rxjs';
import { StoreError } from '../../lib/errors.js';
import type { DeliveryReport } from '../../lib/delivery/outgoing-message.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import { memoryStore } from '../../lib/store/memory-store.js';
import type { AnyStore, StoredMessage } from '../../lib/store/types.js';
import { acknowledge, type Received } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { marbles } from '../support/marbles.js';
import { message } from '../support/store-place.js';

const alerts: UnitData = { messageType: 'alerts', items: [] };
const samples: UnitData = { messageType: 'monitoringData', nodes: [] };
const failure = new StoreError('/store', 'is full', { code: 'ENOSPC' });

/** A store in memory that notes what it is asked, and answers otherwise where it is told to. */
const noted = (answers: Partial<AnyStore> = {}) => {
  const asked: string[] = [];
  const memory = memoryStore();
  const store: AnyStore = {
    open: () => {
      asked.push('open');
      return answers.open?.() ?? memory.open();
    },
    put: (messages) => {
      asked.push(`put ${messages.map(({ txn }) => txn.replace('txn-', '')).join()}`);
      return answers.put?.(messages) ?? memory.put(messages);
    },
    remove: (orders) => {
      asked.push(`remove ${orders.join()}`);
      return answers.remove?.(orders) ?? memory.remove(orders);
    },
    close: () => {
      asked.push('close');
      return answers.close?.() ?? memory.close();
    },
  };
  return { store, asked };
};
const frameOf = (txn: string) => `{"header":{"version":7,"systemId":"unit-1","txn":"${txn}"},"data":{"n":1}}`;
const stored = (order: number, more: Partial<StoredMessage> = {}): StoredMessage =>
  message(order, { txn: `old-${order}`, frame: frameOf(`old-${order}`), ...more });
const keeping =
  (...messages: readonly StoredMessage[]) =>
  () =>
    of(messages);
const numbers = map(({ header }: Received) => header.txn.replace(/txn-|old-/, ''));
const letters = map(({ status }: DeliveryReport) => status.charAt(0));
const causes = map(({ status, cause }: DeliveryReport) =>
  cause instanceof Error ? `${status} ${cause.name}` : status,
);

describe('the store of a unit', () => {
  marbles('has a message before it counts as queued, and only then it is sent', ({ expectObservable }) => {
    const { store } = noted({ put: () => timer(3) });
    const { unit, received$ } = virtualUnit(asyncScheduler, { answer: acknowledge(6) }, { store });

    expectObservable(received$.pipe(numbers)).toBe('---1');
    expectObservable(unit.send(alerts).status$.pipe(letters)).toBe('---(qs)--(a|)');
  });

  marbles(
    'gets what is sent in one tick at once, and then what came meanwhile',
    ({ cold, expectObservable, flush }) => {
      const { store, asked } = noted({ put: () => timer(10) });
      const { unit, received$ } = virtualUnit(asyncScheduler, {}, { store });
      const later$ = cold('--x-x').pipe(mergeMap(() => unit.send(alerts).status$.pipe(ignoreElements())));
      for (let n = 0; n < 3; n++) unit.send(alerts);

      expectObservable(received$.pipe(numbers)).toBe('10ms (123) 5ms (45)');
      expectObservable(later$, '1s !').toBe('');
      flush();
      expect(asked.slice(0, 3)).to.deep.equal(['open', 'put 1,2,3', 'put 4,5']);
    },
  );

  marbles('lets go of a message once its fate is final', ({ expectObservable, flush }) => {
    const { store, asked } = noted();
    const { unit, received$ } = virtualUnit(asyncScheduler, { answer: acknowledge(5) }, { store });
    unit.send(alerts);
    unit.send(alerts, { coalesceKey: 'k' });
    unit.send(alerts, { coalesceKey: 'k' });

    expectObservable(received$.pipe(numbers)).toBe('(13)');
    flush();
    expect(asked.slice(0, 4)).to.deep.equal(['open', 'put 1,3', 'remove 0', 'remove 2']);
  });

  marbles('gives back what an earlier run left, which goes first, the same bytes', ({ expectObservable, flush }) => {
    const { store, asked } = noted({ open: keeping(stored(7), stored(9)) });
    const { unit, received$ } = virtualUnit(asyncScheduler, { answer: acknowledge(6) }, { store });
    const restored$ = unit.restored$.pipe(mergeAll());
    unit.send(alerts);

    expectObservable(received$.pipe(numbers)).toBe('(791)');
    expectObservable(
      restored$.pipe(mergeMap(({ txn, status$ }) => status$.pipe(map(({ status }) => `${txn} ${status}`)))),
      '1s !',
    ).toBe('(abcd)(ef)', {
      ...{ a: 'old-7 queued', b: 'old-9 queued', c: 'old-7 sent', d: 'old-9 sent' },
      ...{ e: 'old-7 acknowledged', f: 'old-9 acknowledged' },
    });
    flush();
    expect(asked.slice(0, 3)).to.deep.equal(['open', 'put 1', 'remove 7']);
  });

  marbles('waits to be read before anything new goes', ({ expectObservable }) => {
    const { store } = noted({ open: () => timer(20).pipe(map(() => [stored(1)])) });
    const { unit, received$ } = virtualUnit(asyncScheduler, {}, { store });
    unit.send(alerts, { policy: 'sendOnly' });
    unit.send(alerts);

    expectObservable(received$.pipe(map(({ header }) => header.txn))).toBe('20ms (abc)', {
      ...{ a: 'old-1', b: 'txn-1', c: 'txn-2' },
    });
  });

  marbles('reports what has expired since, and takes it out', ({ expectObservable, flush }) => {
    const { store, asked } = noted({ open: keeping(stored(1, { expiresAt: 0 }), stored(2, { expiresAt: 30 })) });
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: NEVER }, { store });

    expectObservable(
      unit.restored$.pipe(
        mergeAll(),
        mergeMap(({ status$ }) => status$.pipe(causes)),
      ),
    ).toBe('(aq) 26ms a', { a: 'dropped ExpiredError', q: 'queued' });
    expectObservable(received$).toBe('');
    flush();
    expect(asked.slice(0, 3)).to.deep.equal(['open', 'remove 1', 'remove 2']);
  });

  marbles('keeps the time to live by the wall clock, and the lane', ({ flush }) => {
    let put: readonly StoredMessage[] = [];
    const { store } = noted({ put: (messages) => of((put = messages)) });
    const { unit } = virtualUnit(asyncScheduler, {}, { store, now: () => 1_000_000 });
    unit.send(alerts, { ttl: 500, lane: 'urgent', coalesceKey: 'k' });
    flush();
    expect(put).to.deep.include.members([
      {
        ...{ order: 0, txn: 'txn-1', messageType: 'alerts', lane: 'urgent', coalesceKey: 'k', expiresAt: 1_000_500 },
        frame:
          '{"header":{"version":7,"systemId":"unit-1","createdAt":"1970-01-01T00:16:40.000000Z","txn":"txn-1"},' +
          '"data":{"messageType":"alerts","items":[]}}',
      },
    ]);
  });

  marbles('keeps only what the app wants kept, and all in order', ({ expectObservable, flush }) => {
    const { store, asked } = noted({ put: () => timer(3) });
    const keep = (type: string) => type !== 'monitoringData';
    const { unit, received$ } = virtualUnit(asyncScheduler, {}, { store, keep });
    unit.send(alerts);
    unit.send(samples);
    unit.send(samples, { keep: true });
    unit.send(alerts, { keep: false });
    unit.send(alerts, { policy: 'sendOnly' });

    expectObservable(received$.pipe(numbers)).toBe('---(12345)');
    flush();
    expect(asked[1]).to.equal('put 1,3');
  });

  marbles('takes out what was withdrawn on its way to the disk', ({ cold, expectObservable, flush }) => {
    const { store, asked } = noted({ put: () => timer(5) });
    const { unit, received$ } = virtualUnit(asyncScheduler, {}, { store });
    const delivery = unit.send(alerts);

    expectObservable(cold('--x').pipe(map(() => delivery.withdraw()))).toBe('--x', { x: true });
    expectObservable(delivery.status$.pipe(causes)).toBe('--(w|)', { w: 'dropped WithdrawnError' });
    expectObservable(received$).toBe('');
    flush();
    expect(asked.slice(0, 3)).to.deep.equal(['open', 'put 1', 'remove 0']);
  });

  marbles('may have sent what it gives back, so that is not withdrawn', ({ expectObservable }) => {
    const { store } = noted({ open: keeping(stored(1)) });
    const { unit } = virtualUnit(asyncScheduler, { link$: NEVER }, { store });

    expectObservable(
      unit.restored$.pipe(
        mergeAll(),
        map((delivery) => delivery.withdraw()),
      ),
    ).toBe('f', { f: false });
  });
});

describe('a store that fails', () => {
  const states = map(({ state, storeError }: { state: string; storeError?: StoreError }) =>
    storeError ? `${state} ${storeError.code}` : state,
  );

  marbles('refuses the messages it cannot keep, and takes the next when it can', ({ cold, expectObservable }) => {
    let full = true;
    const { store } = noted({ put: () => (full ? throwError(() => failure) : of(undefined)) });
    const { unit, received$ } = virtualUnit(asyncScheduler, { answer: () => EMPTY }, { store });
    const later$ = cold('5ms x').pipe(
      mergeMap(() => {
        full = false;
        return unit.send(alerts).status$;
      }),
    );

    expectObservable(unit.send(alerts).status$).toBe('(d|)', {
      d: { txn: 'txn-1', messageType: 'alerts', status: 'dropped', attempt: 0, cause: failure },
    });
    expectObservable(later$.pipe(letters), '1s !').toBe('5ms (qs)');
    expectObservable(received$.pipe(numbers), '1s !').toBe('5ms 2');
    expectObservable(unit.state$.pipe(states), '1s !').toBe('d----c', {
      ...{ c: 'connected', d: 'connected ENOSPC' },
    });
  });

  marbles('is told once, however often it fails in the same way', ({ cold, expectObservable }) => {
    const codes = ['ENOSPC', 'ENOSPC', 'EIO', 'EIO'];
    const { store } = noted({
      put: () => throwError(() => new StoreError('/store', 'fails', { code: codes.shift() ?? 'EIO' })),
    });
    const { unit } = virtualUnit(asyncScheduler, {}, { store });
    cold('--x-x-x-x').subscribe(() => {
      unit.send(alerts);
    });

    expectObservable(unit.state$.pipe(states), '1s !').toBe('c-d---e', {
      ...{ c: 'connected', d: 'connected ENOSPC', e: 'connected EIO' },
    });
  });

  marbles('lets the unit go on in memory where the app wants that', ({ expectObservable }) => {
    const { store } = noted({ put: () => throwError(() => failure) });
    const options = { store, onStoreFailure: 'continue' as const };
    const { unit, received$ } = virtualUnit(asyncScheduler, { answer: acknowledge(5) }, options);

    expectObservable(unit.send(alerts).status$.pipe(causes)).toBe('(qs)-(a|)', {
      ...{ q: 'queued StoreError', s: 'sent', a: 'acknowledged' },
    });
    expectObservable(received$.pipe(numbers)).toBe('1');
  });

  marbles('to be opened is opened anew for the next message', ({ cold, expectObservable }) => {
    let tries = 0;
    const { store } = noted({ open: () => (++tries < 3 ? throwError(() => failure) : of([stored(4)])) });
    const { unit, received$ } = virtualUnit(asyncScheduler, {}, { store });
    const status$ = cold('--x-x').pipe(mergeMap(() => unit.send(alerts).status$));

    expectObservable(status$.pipe(causes), '1s !').toBe('--d-(qsa)', {
      ...{ d: 'dropped StoreError', q: 'queued', s: 'sent', a: 'acknowledged' },
    });
    expectObservable(received$.pipe(map(({ header }) => header.txn)), '1s !').toBe('----(ab)', {
      a: 'old-4',
      b: 'txn-2',
    });
  });

  marbles('to let go of a message is asked again with the next', ({ cold, expectObservable, flush }) => {
    let fails = true;
    const { store, asked } = noted({ remove: () => (fails ? throwError(() => failure) : of(undefined)) });
    const { unit, received$ } = virtualUnit(asyncScheduler, {}, { store });
    unit.send(alerts);
    const later$ = cold('5ms x').pipe(
      mergeMap(() => {
        fails = false;
        return unit.send(alerts).status$;
      }),
    );

    expectObservable(received$.pipe(numbers)).toBe('1----2');
    expectObservable(later$.pipe(ignoreElements())).toBe('');
    flush();
    expect(asked.slice(1, 5)).to.deep.equal(['put 1', 'remove 0', 'put 2', 'remove 0,1']);
  });

  marbles('to answer holds up a stop for a second; what was on its way is dropped and taken out', (helpers) => {
    const { cold, expectObservable, flush } = helpers;
    const { store, asked } = noted({ put: () => NEVER, close: () => NEVER });
    const { unit } = virtualUnit(asyncScheduler, {}, { store });
    const stop$ = cold('5ms x').pipe(mergeMap(() => (void unit.stop(), EMPTY)));

    expectObservable(unit.send(alerts).status$.pipe(causes)).toBe('1005ms (d|)', { d: 'dropped StoppedError' });
    expectObservable(stop$, '6ms !').toBe('');
    expectObservable(unit.state$.pipe(states)).toBe('c 1004ms s', { c: 'connected', s: 'stopped' });
    flush();
    expect(asked).to.deep.equal(['open', 'put 1', 'remove 0', 'close']);
  });
});
