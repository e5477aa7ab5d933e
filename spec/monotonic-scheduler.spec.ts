import { expect } from 'chai';
import { asyncScheduler, filter, map } from 'rxjs';
import { replace, restore } from 'sinon';
import { monotonicScheduler } from '../lib/monotonic-scheduler.js';
import { virtualUnit } from '../lib/testing/virtual-unit.js';
import { marbles } from './support/marbles.js';

const day = 86_400_000;

describe('a wall clock that jumps', () => {
  afterEach(restore);

  it('does not move the clock of the timers', () => {
    const before = monotonicScheduler.now();
    const tomorrow = Date.now() + day;
    replace(Date, 'now', () => tomorrow);
    expect(monotonicScheduler.now() - before).to.be.within(0, day / 2);
    const yesterday = tomorrow - 2 * day;
    restore();
    replace(Date, 'now', () => yesterday);
    expect(monotonicScheduler.now()).to.be.at.least(before);
  });

  marbles('leaves the waits of a unit as they are', ({ cold, expectObservable }) => {
    let jumps = 0;
    const now = () => (++jumps % 2 === 0 ? -day : day);
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('#') }, { now, lifetime: 10_000 });
    const delay$ = unit.state$.pipe(
      filter((state) => state.state === 'waiting'),
      map(({ delay }) => delay / 1000),
    );

    expectObservable(delay$, '8s !').toBe('a 999ms b 1999ms c 3999ms d', { a: 1, b: 2, c: 4, d: 8 });
  });
});
