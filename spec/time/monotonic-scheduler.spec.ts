import { expect } from 'chai';
import { asyncScheduler, filter, map, take, timer, type SchedulerAction } from 'rxjs';
import { replace, restore } from 'sinon';
import { monotonicScheduler } from '../../lib/time/monotonic-scheduler.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { marbles } from '../support/marbles.js';

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

describe('monotonicScheduler', () => {
  const later = () =>
    new Promise<void>((resolve) =>
      monotonicScheduler.schedule(() => {
        resolve();
      }, 2),
    );

  it('runs work with its state, and again where that asks for it', async () => {
    const ran: number[] = [];
    await new Promise<void>((resolve) => {
      const work = function (this: SchedulerAction<number>, state = 0) {
        ran.push(state);
        if (state < 3) this.schedule(state + 1, 1);
        else resolve();
      };
      monotonicScheduler.schedule(work, 1, 1);
    });
    expect(ran).to.deep.equal([1, 2, 3]);
  });

  it('does not run what was unsubscribed, neither before it ran nor in between', async () => {
    const ran: string[] = [];
    monotonicScheduler.schedule(() => ran.push('before'), 0).unsubscribe();
    const action = monotonicScheduler.schedule(function () {
      ran.push('once');
      action.unsubscribe();
      this.schedule();
    }, 0);
    await later();
    await later();
    expect(ran).to.deep.equal(['once']);
  });

  it('drives the timers of rxjs', async () => {
    const ticks: number[] = [];
    await new Promise<void>((resolve, reject) => {
      const ticks$ = timer(1, 1, monotonicScheduler).pipe(take(3));
      ticks$.subscribe({ next: (tick) => ticks.push(tick), error: reject, complete: resolve });
    });
    expect(ticks).to.deep.equal([0, 1, 2]);
  });
});
