import { expect } from 'chai';
import { asyncScheduler, map, VirtualTimeScheduler } from 'rxjs';
import { after, concatOf, mergeOf } from '../../lib/operators/lean.js';
import { marbles } from '../support/marbles.js';

describe('mergeOf', () => {
  marbles('mirrors all of them and completes with the last', ({ cold, expectObservable, expectSubscriptions }) => {
    const a$ = cold(' -a-a|');
    const b$ = cold(' --b---b|');
    const expected = 'caba--b|';

    expectObservable(mergeOf(a$, b$, ['c'])).toBe(expected);
    expectSubscriptions(a$.subscriptions).toBe('^---!');
    expectSubscriptions(b$.subscriptions).toBe('^------!');
  });

  marbles('fails with the first of them that does', ({ cold, expectObservable, expectSubscriptions }) => {
    const a$ = cold(' -a-a');
    const b$ = cold(' --#');
    const expected = '-a#';

    expectObservable(mergeOf(a$, b$)).toBe(expected);
    expectSubscriptions(a$.subscriptions).toBe('^-!');
  });
});

describe('concatOf', () => {
  marbles('mirrors one after the other', ({ cold, expectObservable, expectSubscriptions }) => {
    const a$ = cold(' -a-|');
    const b$ = cold('    -b|');
    const expected = 'ca--b|';

    expectObservable(concatOf(['c'], a$, b$)).toBe(expected);
    expectSubscriptions(a$.subscriptions).toBe('^--!');
    expectSubscriptions(b$.subscriptions).toBe('---^-!');
  });

  marbles(
    'fails with one of them, and the rest is not subscribed to',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const a$ = cold(' -a-#');
      const b$ = cold(' b');
      const expected = '-a-#';

      expectObservable(concatOf(a$, b$)).toBe(expected);
      expectSubscriptions(b$.subscriptions).toBe([]);
    },
  );
});

describe('after', () => {
  const x = map(() => 'x');

  marbles('emits once and completes', ({ expectObservable }) => {
    expectObservable(after(5, asyncScheduler).pipe(x)).toBe('-----(x|)');
  });

  marbles('continues with a period', ({ expectObservable }) => {
    expectObservable(after(5, asyncScheduler, 3).pipe(x), '---------- !').toBe('-----x--x--');
  });

  marbles('emits at once where the time is over', ({ expectObservable }) => {
    expectObservable(after(-5, asyncScheduler).pipe(x)).toBe('(x|)');
  });

  it('has nothing scheduled once nobody is subscribed', () => {
    const scheduler = new VirtualTimeScheduler();
    const subscription = after(5, scheduler, 3).subscribe({
      error: (error: unknown) => {
        throw error;
      },
    });
    expect(scheduler.actions).to.have.length(1);
    subscription.unsubscribe();
    expect(scheduler.actions).to.deep.equal([]);
  });

  marbles('begins again for each subscriber', ({ expectObservable }) => {
    const after$ = after(2, asyncScheduler).pipe(x);
    expectObservable(after$).toBe('--(x|)');
    expectObservable(after$, '---^').toBe('-----(x|)');
  });
});
