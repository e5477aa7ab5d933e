import { expect } from 'chai';
import { asyncScheduler, filter, map } from 'rxjs';
import { ConnectError, ConnectionClosedError, ConnectionLostError } from '../../lib/errors.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { marbles } from '../support/marbles.js';
import { inTurn } from '../support/stub-transport.js';
import { unitLog } from '../support/unit-log.js';

const url = 'wss://cloud.example/ws/v7/';

describe('the state of a unit', () => {
  marbles('goes from discovering over connecting to connected, one value a transition', (helpers) => {
    const { cold, expectObservable } = helpers;
    const discovery$ = cold('--r', { r: {} });
    const link$ = cold('       ---o');
    const expected = '       d-c--o';
    const { unit } = virtualUnit(asyncScheduler, { discovery$, link$ });

    expectObservable(unit.state$, '1m !').toBe(expected, {
      d: { state: 'discovering' },
      c: { state: 'connecting', url },
      o: { state: 'connected', url, since: 5 },
    });
  });

  marbles('tells of each wait how long it is, for which attempt, and why', ({ cold, expectObservable }) => {
    const link$ = inTurn(cold('--o 9s #'), cold('--o 9s |'), cold('--o-#'), cold('--o-|'), cold('--#'));
    const { unit } = virtualUnit(asyncScheduler, { link$ });
    const wait$ = unit.state$.pipe(
      filter((state) => state.state === 'waiting'),
      map(({ attempt, delay, cause }) => [attempt, delay, cause instanceof Error ? cause.message : cause]),
    );
    const lost = new ConnectionLostError(url, 1006).message;
    const closed = new ConnectionClosedError(url, 1000, '').message;
    const unstable = 'the connection ended before it proved useful:';

    expectObservable(wait$, '21100ms !').toBe('9003ms l 9002ms c---m 1003ms e 2001ms r', {
      l: [1, 0, lost],
      c: [1, 0, closed],
      m: [2, 1000, `${unstable} ${lost}`],
      e: [3, 2000, `${unstable} ${closed}`],
      r: [4, 4000, new ConnectError(url, 'error').message],
    });
  });

  marbles('is replayed to a late subscriber', ({ cold, expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o') });

    expectObservable(unit.state$.pipe(map(({ state }) => state)), '1s ^---!').toBe('1s o', { o: 'connected' });
  });

  marbles('has no value before the end of the tick that made the unit', ({ flush }) => {
    const { unit } = virtualUnit(asyncScheduler);
    const { lines, states, note } = unitLog(unit);
    states();
    note('the turn ends');
    flush();

    expect(lines.slice(0, 2)).to.deep.equal(['0 the turn ends', '0 discovering, not connected']);
  });

  marbles('has no value before start where autoStart is off', ({ cold, expectObservable, expectSubscriptions }) => {
    const discovery$ = cold('-(r|)', { r: {} });
    const { unit } = virtualUnit(asyncScheduler, { discovery$, link$: cold('-o') }, { autoStart: false });
    asyncScheduler.schedule(() => {
      unit.start();
      unit.start();
    }, 1000);

    expectObservable(unit.state$.pipe(map(({ state }) => state)), '10s !').toBe('1s dco', {
      d: 'discovering',
      c: 'connecting',
      o: 'connected',
    });
    expectSubscriptions(discovery$.subscriptions).toBe('1s ^!');
  });

  marbles('ends with stopped and does not complete', ({ cold, expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('-o') }, { lifetime: 5000 });

    expectObservable(unit.state$.pipe(filter(({ state }) => state === 'stopped')), '60m !').toBe('5s s', {
      s: { state: 'stopped' },
    });
  });

  marbles('is told in the same order to everybody, also where one of them stops the unit', ({ cold, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o') });
    const { lines, states, listener } = unitLog(unit);
    unit.state$.pipe(filter(({ state }) => state === 'connected')).subscribe({
      next: () => void unit.stop(),
      error: () => undefined,
    });
    states();
    unit.addListener(listener('a'));
    flush();

    expect(lines).to.deep.equal([
      '0 discovering, not connected',
      '0 connecting, not connected',
      '2 connected, connected',
      '2 a on, connected',
      '2 stopped, not connected',
      '2 a off, not connected',
    ]);
  });

  marbles('is stopped once, from however many places the unit is stopped', ({ cold, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('--o') }, { lifetime: 1000 });
    const { lines, states, listener } = unitLog(unit);
    const stop = () => void unit.stop();
    unit.state$.pipe(filter(({ state }) => state === 'stopped')).subscribe({ next: stop, error: stop });
    unit.addListener(listener('a', { onDisconnect: stop }));
    asyncScheduler.schedule(stop, 1000);
    states();
    flush();

    expect(lines.slice(2)).to.deep.equal([
      '2 connected, connected',
      '2 a on, connected',
      '1000 stopped, not connected',
      '1000 a off, not connected',
    ]);
  });
});
