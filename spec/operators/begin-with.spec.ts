import { of, take } from 'rxjs';
import { beginWith } from '../../lib/operators/begin-with.js';
import { marbles } from '../support/marbles.js';

describe('beginWith', () => {
  marbles('emits its value, then mirrors the source', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('--x--|');
    const subs = '        ^----!';
    const expected = '    f-x--|';

    expectObservable(source$.pipe(beginWith('f'))).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
    expectObservable(of('x', 'y').pipe(beginWith('f'))).toBe('(fxy|)');
  });

  marbles('fails as the source does', ({ cold, expectObservable }) => {
    expectObservable(cold('--#').pipe(beginWith('f'))).toBe('f-#');
    expectObservable(cold('#').pipe(beginWith('f'))).toBe('  (f#)');
  });

  marbles(
    'does not subscribe to the source if its value is enough',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('x');

      expectObservable(source$.pipe(beginWith('f'), take(1))).toBe('(f|)');
      expectSubscriptions(source$.subscriptions).toBe([]);
    },
  );

  marbles('unsubscribes from the source', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('--x--x');
    const subs = '        ^--!';

    expectObservable(source$.pipe(beginWith('f')), '---!').toBe('f-x');
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });
});
