import { expect } from 'chai';
import { asyncScheduler, map, VirtualTimeScheduler } from 'rxjs';
import { timer } from '../../lib/operators/timer.js';
import { marbles } from '../support/marbles.js';

describe('timer', () => {
  const x = map(() => 'x');

  marbles('emits once and completes', ({ expectObservable }) => {
    expectObservable(timer(5, asyncScheduler).pipe(x)).toBe('-----(x|)');
  });

  marbles('goes on with a period', ({ expectObservable }) => {
    expectObservable(timer(5, asyncScheduler, 3).pipe(x), '---------- !').toBe('-----x--x--');
  });

  marbles('emits at once where the time is over', ({ expectObservable }) => {
    expectObservable(timer(-5, asyncScheduler).pipe(x)).toBe('(x|)');
  });

  it('has nothing scheduled once nobody is subscribed', () => {
    const scheduler = new VirtualTimeScheduler();
    const subscription = timer(5, scheduler, 3).subscribe({
      error: (error: unknown) => {
        throw error;
      },
    });
    expect(scheduler.actions).to.have.length(1);
    subscription.unsubscribe();
    expect(scheduler.actions).to.deep.equal([]);
  });

  marbles('begins anew for each subscriber', ({ expectObservable }) => {
    const timer$ = timer(2, asyncScheduler).pipe(x);
    expectObservable(timer$).toBe('--(x|)');
    expectObservable(timer$, '---^').toBe('-----(x|)');
  });
});
