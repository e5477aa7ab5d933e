import { asyncScheduler, map } from 'rxjs';
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

  marbles('has nothing scheduled once nobody is subscribed', ({ expectObservable, flush }) => {
    expectObservable(timer(5, asyncScheduler, 3), '--!').toBe('---');
    flush();
    expectObservable(timer(5, asyncScheduler), '--!').toBe('---');
  });

  marbles('begins anew for each subscriber', ({ expectObservable }) => {
    const timer$ = timer(2, asyncScheduler).pipe(x);
    expectObservable(timer$).toBe('--(x|)');
    expectObservable(timer$, '---^').toBe('-----(x|)');
  });
});
