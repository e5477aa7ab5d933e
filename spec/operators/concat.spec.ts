import { concat } from '../../lib/operators/concat.js';
import { marbles } from '../support/marbles.js';

describe('concat', () => {
  marbles('mirrors one after the other', ({ cold, expectObservable, expectSubscriptions }) => {
    const a$ = cold(' -a-|');
    const b$ = cold('    -b|');
    const expected = 'ca--b|';

    expectObservable(concat(['c'], a$, b$)).toBe(expected);
    expectSubscriptions(a$.subscriptions).toBe('^--!');
    expectSubscriptions(b$.subscriptions).toBe('---^-!');
  });

  marbles(
    'fails with one of them, and the rest is not subscribed to',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const a$ = cold(' -a-#');
      const b$ = cold(' b');
      const expected = '-a-#';

      expectObservable(concat(a$, b$)).toBe(expected);
      expectSubscriptions(b$.subscriptions).toBe([]);
    },
  );
});
