import { defer, NEVER, of, Subject, tap, throwError, timer } from 'rxjs';
import { resubscribe } from '../../lib/operators/resubscribe.js';
import { marbles } from '../support/marbles.js';

describe('resubscribe', () => {
  marbles(
    'subscribes again once the wait has emitted, once for each error',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('a#');
      const wait$ = cold('   ---x-x');
      const subs = ['        ^!', '----^!', '--------^!'];
      const expected = '     a---a---a---';

      expectObservable(source$.pipe(resubscribe(() => [wait$])), '10ms !').toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(subs);
    },
  );

  marbles('fails if the wait does', ({ cold, expectObservable }) => {
    expectObservable(cold('a#').pipe(resubscribe(() => [throwError(() => new Error('other'))]))).toBe(
      'a#',
      undefined,
      new Error('other'),
    );
    expectObservable(
      cold('a#').pipe(
        resubscribe((error) => {
          throw error;
        }),
      ),
    ).toBe('a#');
  });

  marbles('emits the notices of a wait once it has begun, so that an observer may end it', (helpers) => {
    const { cold, expectObservable } = helpers;
    const heard$ = new Subject<void>();
    const attempts = [cold('a#'), cold('b')];
    const expected = '      a(nmb)';
    const result$ = defer(() => attempts.shift() ?? NEVER).pipe(
      resubscribe(() => [heard$, ['n', 'm']]),
      tap((value) => {
        if (value === 'm') heard$.next();
      }),
    );

    expectObservable(cold('a#').pipe(resubscribe(() => [NEVER, ['n']]))).toBe('an');
    expectObservable(result$).toBe(expected);
  });

  marbles('completes with the source, and ends a wait with its subscriber', ({ cold, expectObservable }) => {
    expectObservable(cold('a|').pipe(resubscribe(() => [of(0)]))).toBe('a|');
    expectObservable(cold('a#').pipe(resubscribe(() => [timer(5)])), '3ms !').toBe('a');
  });
});
