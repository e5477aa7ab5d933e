import { expect } from 'chai';
import { asyncScheduler, EMPTY, from, map, merge, of, skip, Subject, tap } from 'rxjs';
import { markDuplicates } from '../../lib/operators/mark-duplicates.js';
import { marbles } from '../support/marbles.js';

describe('markDuplicates', () => {
  /** Letters are their own keys; a dot has none. */
  const key = (letter: string) => letter.replace('.', '');
  /** A duplicate as a capital letter, a dot as a colon. */
  const shown = map(({ value, duplicate }: { value: string; duplicate: boolean }) =>
    !duplicate ? value : value === '.' ? ':' : value.toUpperCase(),
  );

  marbles('marks what was seen before', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('a-b-a-');
    const subs = '        ^-----!';
    const unsub = '       ------!';
    const expected = '    a-b-A-';

    expectObservable(source$.pipe(markDuplicates({ key }), shown), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('tells two interleaved messages apart and completes with its source', ({ cold, expectObservable }) => {
    const source$ = cold('abab-ba|');
    const expected = '    abAB-BA|';

    expectObservable(source$.pipe(markDuplicates({ key }), shown)).toBe(expected);
  });

  marbles('never takes values without a key for the same', ({ cold, expectObservable }) => {
    const source$ = cold('.a.A.');
    const expected = '    .a.A.';

    expectObservable(source$.pipe(markDuplicates({ key }), shown)).toBe(expected);
  });

  marbles('has nothing to say of nothing', ({ cold, expectObservable }) => {
    expectObservable(EMPTY.pipe(markDuplicates({ key }))).toBe('|');
    expectObservable(cold('-').pipe(markDuplicates({ key }))).toBe('-');
  });

  marbles('passes the error of its source through, and that of the key', ({ cold, expectObservable }) => {
    const broken = (letter: string) => {
      if (letter === 'b') throw new Error('no key');
      return letter;
    };

    expectObservable(cold('a-a-#').pipe(markDuplicates({ key }), shown)).toBe('a-A-#');
    expectObservable(cold('a-b').pipe(markDuplicates({ key: broken }), shown)).toBe(
      'a-#',
      undefined,
      new Error('no key'),
    );
  });

  marbles('unsubscribes from its source', ({ cold, expectObservable, expectSubscriptions, flush }) => {
    const source$ = cold('a-a----a');
    const subs = '        ^---!';
    const unsub = '       ----!';
    const expected = '    a-A--';

    expectObservable(source$.pipe(markDuplicates({ key }), shown), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
    flush();
    expect(asyncScheduler.now()).to.equal(4);
  });

  marbles('takes values that come within the subscription', ({ expectObservable }) => {
    expectObservable(of('a', 'b', 'a').pipe(markDuplicates({ key }), shown)).toBe('(abA|)');
  });

  marbles('forgets the oldest key when it has more than its window', ({ cold, expectObservable }) => {
    const within$ = cold(' abca');
    const beyond$ = cold(' abcda');
    const within = '       abcA';
    const beyond = '       abcda';

    expectObservable(within$.pipe(markDuplicates({ key, window: 3 }), shown)).toBe(within);
    expectObservable(beyond$.pipe(markDuplicates({ key, window: 3 }), shown)).toBe(beyond);
  });

  marbles('keeps a key that keeps coming', ({ cold, expectObservable }) => {
    const source$ = cold('abacadabcd');
    const expected = '    abAcAdAbcd'; // a is younger than b, c and d each time

    expectObservable(source$.pipe(markDuplicates({ key, window: 2 }), shown)).toBe(expected);
  });

  marbles('remembers 4,096 keys', ({ expectObservable }) => {
    const keys = Array.from({ length: 4096 }, (_, index) => String(index));
    const source$ = from([...keys, '0', 'new', '1', '2', '4095']);
    const result$ = source$.pipe(
      markDuplicates({ key: (value) => value }),
      skip(4096),
      map(({ duplicate }) => (duplicate ? 'D' : 'n')),
    );
    const expected = '(DnnnD|)'; // 0 is young again, so the new one pushes 1 out, and 1 pushes 2 out

    expectObservable(result$).toBe(expected);
  });

  marbles('knows a message that comes again while it is told of the first', ({ cold, expectObservable }) => {
    const again$ = new Subject<string>();
    const source$ = cold('-a');
    const expected = '    -(Aa)'; // the inner one is told of first
    const result$ = merge(source$, again$).pipe(
      markDuplicates({ key }),
      shown,
      tap((letter) => {
        if (letter === 'a') again$.next('a');
      }),
    );

    expectObservable(result$).toBe(expected);
  });

  marbles('remembers for each subscriber alone', ({ cold, expectObservable }) => {
    const result$ = cold('a-a').pipe(markDuplicates({ key }), shown);

    expectObservable(result$, '^').toBe('    a-A');
    expectObservable(result$, '-----^').toBe('-----a-A');
  });

  marbles('with seen$ counts a key from when it is emitted there', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const source$ = cold('a-a---a-b|');
    const seen$ = cold('  ---a------');
    const subs = '        ^--------!';
    const expected = '    a-a---A-b|';

    expectObservable(source$.pipe(markDuplicates({ key, seen$ }), shown)).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
    expectSubscriptions(seen$.subscriptions).toBe(subs);
  });

  marbles('with seen$ keeps a key that keeps coming, and forgets the oldest', ({ cold, expectObservable }) => {
    const source$ = cold('    -ab-a-----abc|');
    const seen$ = cold('       --a-b-c');
    const expected = '        -ab-A-----AbC|'; // c pushed b out, since a was younger

    expectObservable(source$.pipe(markDuplicates({ key, window: 2, seen$ }), shown)).toBe(expected);
  });
});
