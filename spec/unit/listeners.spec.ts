import { expect } from 'chai';
import { asyncScheduler, map } from 'rxjs';
import { AppError, ListenerError } from '../../lib/errors.js';
import type { ConnectionListener } from '../../lib/connection/listeners.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { marbles } from '../support/marbles.js';
import { inTurn } from '../support/stub-transport.js';
import { unitLog } from '../support/unit-log.js';

describe('the listeners of a unit', () => {
  marbles('are told of each connect and disconnect once, in the order they were added', ({ cold, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o 9s #') }, { lifetime: 15_000 });
    const { lines, listener } = unitLog(unit);
    unit.addListener(listener('b'));
    unit.addListener(listener('a'));
    flush();

    expect(lines).to.deep.equal([
      '2 b on, connected',
      '2 a on, connected',
      '9003 b off, not connected',
      '9003 a off, not connected',
      '9005 b on, connected',
      '9005 a on, connected',
      '15000 b off, not connected',
      '15000 a off, not connected',
    ]);
  });

  marbles('are all told of the end before the unit connects again', ({ cold, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o 9s #') }, { lifetime: 9004 });
    const { lines, listener, states } = unitLog(unit);
    states();
    unit.addListener(listener('a'));
    flush();

    expect(lines.slice(2)).to.deep.equal([
      '2 connected, connected',
      '2 a on, connected',
      '9003 waiting, not connected',
      '9003 a off, not connected',
      '9003 connecting, not connected',
      '9004 stopped, not connected',
    ]);
  });

  marbles('are told of nothing where there was no connection', ({ cold, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--#') }, { lifetime: 20_000 });
    const { lines, listener } = unitLog(unit);
    unit.addListener(listener('a'));
    flush();

    expect(lines).to.deep.equal([]);
  });

  marbles('are told of a stop in a wait only once, at the end of the connection before it', ({ cold, flush }) => {
    const link$ = inTurn(cold('--o 9s #'), cold('--#'));
    const { unit } = virtualUnit(asyncScheduler, { link$ }, { lifetime: 20_000 });
    const { lines, listener } = unitLog(unit);
    unit.addListener(listener('a'));
    flush();

    expect(lines).to.deep.equal(['2 a on, connected', '9003 a off, not connected']);
  });

  marbles('may send: what they send goes out on the new connection, behind what waits', (helpers) => {
    const { cold, expectObservable } = helpers;
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('-----o') });
    unit.addListener({ onConnect: () => void unit.send({ messageType: 'unitStatus', isDeltaInfo: true }) });
    unit.send({ messageType: 'alerts', items: [] });

    expectObservable(received$.pipe(map(({ data }) => data.messageType.charAt(0))), '1m !').toBe('-----(au)');
  });

  marbles('may send when the connection ends: that waits for the next', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('--o 9s #') });
    unit.addListener({ onDisconnect: () => void unit.send({ messageType: 'alerts', items: [] }) });

    expectObservable(received$.pipe(map(({ header }) => header.txn)), '10s !').toBe('9005ms t', { t: 'txn-1' });
  });

  marbles('may stop the unit: all are told of the connect, then all of the end', ({ cold, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o') });
    const { lines, listener, states } = unitLog(unit);
    unit.addListener(listener('a', { onConnect: () => void unit.stop() }));
    unit.addListener(listener('b'));
    states();
    flush();

    expect(lines.slice(2)).to.deep.equal([
      '2 connected, connected',
      '2 a on, connected',
      '2 b on, connected',
      '2 stopped, not connected',
      '2 a off, not connected',
      '2 b off, not connected',
    ]);
  });

  marbles('may stop the unit when the connection ends: it does not connect again', ({ cold, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o 9s #') });
    const { lines, listener, states } = unitLog(unit);
    unit.addListener(listener('a', { onDisconnect: () => void unit.stop() }));
    unit.addListener(listener('b'));
    states();
    flush();

    expect(lines.slice(5)).to.deep.equal([
      '9003 waiting, not connected',
      '9003 a off, not connected',
      '9003 b off, not connected',
      '9003 stopped, not connected',
    ]);
  });

  marbles('may add and remove listeners while they are told', ({ cold, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o 9s #') }, { lifetime: 9004 });
    const { lines, listener } = unitLog(unit);
    const added = listener('added');
    const removed = listener('removed');
    const first: ConnectionListener = listener('first', {
      onConnect: () => {
        unit.addListener(added);
        unit.removeListener(removed);
        unit.removeListener(first);
      },
    });
    unit.addListener(first);
    unit.addListener(removed);
    flush();

    expect(lines).to.deep.equal(['2 first on, connected', '9003 added off, not connected']);
  });

  marbles('that throw affect no other, and are reported in failure$', ({ cold, expectObservable, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o 9s #') }, { lifetime: 9004 });
    const { lines, listener } = unitLog(unit);
    const thrower = () => {
      throw new Error('mine');
    };
    unit.addListener({ onConnect: thrower, onDisconnect: thrower });
    unit.addListener(listener('a'));

    expectObservable(unit.failure$, '10s !').toBe('--c 9s d', {
      c: new AppError('the onConnect of a listener', new Error('mine')),
      d: new AppError('the onDisconnect of a listener', new Error('mine')),
    });
    flush();
    expect(lines).to.deep.equal(['2 a on, connected', '9003 a off, not connected']);
  });

  marbles('cannot be added twice, nor removed without being there', ({ flush }) => {
    const { unit } = virtualUnit(asyncScheduler);
    const listener = {};
    unit.addListener(listener);
    expect(() => {
      unit.addListener(listener);
    }).to.throw(ListenerError);
    unit.removeListener(listener);
    expect(() => {
      unit.removeListener(listener);
    }).to.throw(ListenerError);
    flush();
  });
});

describe('isConnected of a unit', () => {
  marbles('is true from just before the connect notification to just before the disconnect notification', (helpers) => {
    const { cold, flush } = helpers;
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o 9s #') }, { lifetime: 10_000 });
    const seen: string[] = [];
    const ask = (at: number) => asyncScheduler.schedule(() => seen.push(`${at} ${String(unit.isConnected())}`), at);
    for (const at of [0, 1, 3, 9002, 9004, 9006, 9999, 10_001]) ask(at);
    flush();

    expect(seen).to.deep.equal([
      ...['0 false', '1 false', '3 true', '9002 true'],
      ...['9004 false', '9006 true', '9999 true', '10001 false'],
    ]);
  });

  marbles('is false in the turn of stop', ({ cold, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o') });
    const seen: boolean[] = [];
    asyncScheduler.schedule(() => {
      seen.push(unit.isConnected());
      void unit.stop();
      seen.push(unit.isConnected());
    }, 100);
    flush();

    expect(seen).to.deep.equal([true, false]);
  });
});
