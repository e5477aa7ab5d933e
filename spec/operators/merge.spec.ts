import { merge } from '../../lib/operators/merge.js';
import { marbles } from '../support/marbles.js';

describe('merge', () => {
  marbles('mirrors all of them and completes with the last', ({ cold, expectObservable, expectSubscriptions }) => {
    const a$ = cold(' -a-a|');
    const b$ = cold(' --b---b|');
    const expected = 'caba--b|';

    expectObservable(merge(a$, b$, ['c'])).toBe(expected);
    expectSubscriptions(a$.subscriptions).toBe('^---!');
    expectSubscriptions(b$.subscriptions).toBe('^------!');
  });

  marbles('fails with the first of them that does', ({ cold, expectObservable, expectSubscriptions }) => {
    const a$ = cold(' -a-a');
    const b$ = cold(' --#');
    const expected = '-a#';

    expectObservable(merge(a$, b$)).toBe(expected);
    expectSubscriptions(a$.subscriptions).toBe('^-!');
  });
});
