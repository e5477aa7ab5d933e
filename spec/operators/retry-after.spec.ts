import { expect } from 'chai';
import { asyncScheduler, EMPTY, map, merge, of, Subject, tap, type Observable } from 'rxjs';
import { retryAfter } from '../../lib/operators/retry-after.js';
import { marbles } from '../support/marbles.js';

describe('retryAfter', () => {
  const delayed = (message: string, delay: number) => ({ message, delay });
  const values = { a: delayed('a', 3), b: delayed('b', 0) };

  marbles('emits each message when its own delay is over', ({ hot, expectObservable, expectSubscriptions }) => {
    const source$ = hot(' ab', values);
    const subs = '        ^---!';
    const unsub = '       ----!';
    const expected = '    -b-a';

    expectObservable(source$.pipe(retryAfter()), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('waits 500 ms for the one and ten minutes for the other', ({ hot, expectObservable }) => {
    const source$ = hot(' ab', { a: delayed('a', 600_000), b: delayed('b', 500) });
    const expected = '    501ms b 599498ms a';

    expectObservable(source$.pipe(retryAfter())).toBe(expected);
  });

  marbles('keeps the order of those whose delays end together', ({ hot, expectObservable }) => {
    const source$ = hot(' a-b', { a: delayed('a', 4), b: delayed('b', 2) });
    const expected = '    ----(ab)';

    expectObservable(source$.pipe(retryAfter())).toBe(expected);
  });

  marbles('emits at once, within the turn, what has no delay', ({ expectObservable }) => {
    const source$ = of(delayed('a', 0), delayed('b', -1), delayed('c', 0));

    expectObservable(source$.pipe(retryAfter())).toBe('(abc|)');
  });

  marbles('completes after its source and the last delay', ({ cold, expectObservable }) => {
    expectObservable(cold('ab|', values).pipe(retryAfter())).toBe('-b-(a|)');
    expectObservable(cold('b--|', values).pipe(retryAfter())).toBe('b--|');
    expectObservable((EMPTY as Observable<typeof values.a>).pipe(retryAfter())).toBe('|');
    expectObservable(cold('-', values).pipe(retryAfter())).toBe('-');
  });

  marbles('passes the error of its source through and forgets what it held', ({ cold, expectObservable, flush }) => {
    expectObservable(cold('ab#', values).pipe(retryAfter())).toBe('-b#');
    flush();
    expect(asyncScheduler.now()).to.equal(2);
  });

  marbles('takes its timers along when it is unsubscribed', ({ cold, expectObservable, flush }) => {
    const source$ = cold('ab', values);
    const unsub = '       --!';
    const expected = '    -b';

    expectObservable(source$.pipe(retryAfter()), unsub).toBe(expected);
    flush();
    expect(asyncScheduler.now()).to.equal(2);
  });

  marbles('takes a message back in while it emits it', ({ hot, expectObservable }) => {
    const again$ = new Subject<string>();
    const source$ = hot('a', values);
    const unsub = '      10ms !';
    const expected = '   ---a--a--a';
    const back$ = again$.pipe(map((message) => delayed(message, 3)));
    const result$ = merge(source$, back$).pipe(retryAfter(), tap(again$));

    expectObservable(result$, unsub).toBe(expected);
  });
});
