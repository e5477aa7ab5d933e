import { asyncScheduler, of } from 'rxjs';
import { firstWithin } from '../../lib/operators/first-within.js';
import { marbles } from '../support/marbles.js';

describe('firstWithin', () => {
  const within = <T>() => firstWithin<T>(5, () => new Error('too late'), asyncScheduler);
  const tooLate = new Error('too late');

  marbles('mirrors a source whose first value comes in time', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('---x--x-|');
    const expected = '    ---x--x-|';

    expectObservable(source$.pipe(within())).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe('^-------!');
    expectObservable(of('x', 'y').pipe(within())).toBe('(xy|)');
  });

  marbles('fails where none comes in time', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('------x');
    const expected = '    -----#';

    expectObservable(source$.pipe(within())).toBe(expected, undefined, tooLate);
    expectSubscriptions(source$.subscriptions).toBe('^----!');
  });

  marbles('takes a value that comes at the last moment', ({ cold, expectObservable }) => {
    expectObservable(cold('-----x').pipe(within())).toBe('-----x');
  });

  marbles('fails as the source does, and in its time if that ends without a value', ({ cold, expectObservable }) => {
    expectObservable(cold('--#').pipe(within())).toBe('--#');
    expectObservable(cold('--|').pipe(within())).toBe('-----#', undefined, tooLate);
    expectObservable(cold('--x--#').pipe(within())).toBe('--x--#');
  });
});
