import { expect } from 'chai';
import { asyncScheduler, EMPTY, of, tap, throwError, type Observable } from 'rxjs';
import { fake } from 'sinon';
import { AllEndpointsFailedError, DiscoveryError } from '../../lib/errors.js';
import { tryInTurn } from '../../lib/operators/try-in-turn.js';
import { marbles } from '../support/marbles.js';

describe('tryInTurn', () => {
  /** Tries the Observables themselves. */
  const it$ = <T>(attempt$: Observable<T>) => attempt$;

  marbles('tries the next when one fails, and mirrors the first that succeeds', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const a$ = cold('     --#');
    const b$ = cold('       ---x-y');
    const c$ = cold('z');
    const aSubs = '       ^-!';
    const bSubs = '       --^------!';
    const unsub = '       ---------!';
    const expected = '    -----x-y';

    expectObservable(tryInTurn([a$, b$, c$], it$), unsub).toBe(expected);
    expectSubscriptions(a$.subscriptions).toBe(aSubs);
    expectSubscriptions(b$.subscriptions).toBe(bSubs);
    expectSubscriptions(c$.subscriptions).toBe([]);
  });

  marbles('completes with the attempt that does, whether it had a value or not', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const a$ = cold('     -x-|');
    const b$ = cold('     -|');
    const c$ = cold('z');

    expectObservable(tryInTurn([a$, c$], it$)).toBe('-x-|');
    expectObservable(tryInTurn([b$, c$], it$)).toBe('-|');
    expectSubscriptions(c$.subscriptions).toBe([]);
  });

  marbles('tries no further one once it is over, and tells how many it left out', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const a$ = cold('     --#');
    const b$ = cold('       --#');
    const c$ = cold('z');
    const expected = '    ----#';
    const isOver = () => asyncScheduler.now() > 3;

    expectObservable(tryInTurn([a$, b$, c$], it$, { isOver })).toBe(
      expected,
      {},
      new AllEndpointsFailedError(['error', 'error'], 1),
    );
    expectSubscriptions(b$.subscriptions).toBe('--^-!');
    expectSubscriptions(c$.subscriptions).toBe([]);
  });

  marbles('waits for an attempt as long as it takes', ({ cold, expectObservable, expectSubscriptions }) => {
    const a$ = cold('     -');
    const b$ = cold('z');
    const unsub = '       10m !';

    expectObservable(tryInTurn([a$, b$], it$), unsub).toBe('-');
    expectSubscriptions(a$.subscriptions).toBe('^ 599999ms !');
    expectSubscriptions(b$.subscriptions).toBe([]);
  });

  marbles('fails with the error itself where there was only one to try', ({ cold, expectObservable }) => {
    expectObservable(tryInTurn([cold('--#')], it$)).toBe('--#');
  });

  marbles('fails with all errors once every one has failed', ({ cold, expectObservable, flush }) => {
    const a$ = cold('     --#', {}, new Error('refused'));
    const b$ = cold('       -#', {}, 'lost');
    const expected = '    ---#';
    const errors = [new Error('refused'), 'lost'];
    const failed = fake();

    expectObservable(tryInTurn([a$, b$], it$)).toBe(expected, {}, new AllEndpointsFailedError(errors));
    tryInTurn([a$, b$], it$).subscribe({ error: failed });
    flush();
    expect(failed.args[0]?.[0]).to.deep.include({
      errors,
      cause: 'lost',
      message: 'none of 2 endpoints could be used: refused; lost',
    });
  });

  marbles('fails with no error to show where there is nothing to try', ({ expectObservable }) => {
    expectObservable(tryInTurn([], it$)).toBe('#', {}, new AllEndpointsFailedError([]));
  });

  it('carries the wait that the last one asked for', () => {
    const asking = (retryAfter?: number) =>
      throwError(() => new DiscoveryError('https://a/', 'busy', retryAfter === undefined ? {} : { retryAfter }));
    const asked = (...attempts: Observable<never>[]) => {
      const failed = fake();
      tryInTurn(attempts, it$).subscribe({ error: failed });
      return (failed.args[0]?.[0] as AllEndpointsFailedError).retryAfter;
    };
    expect(asked(asking(5000), asking(7000))).to.equal(7000);
    expect(asked(asking(5000), asking())).to.equal(undefined);
  });

  marbles('tries no other after a success, when that one fails later', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const a$ = cold('     -x-#');
    const b$ = cold('z');

    expectObservable(tryInTurn([a$, b$], it$)).toBe('-x-#');
    expectSubscriptions(b$.subscriptions).toBe([]);
  });

  marbles('takes no value for a success that is none', ({ cold, expectObservable, expectSubscriptions }) => {
    const a$ = cold('     c-#');
    const b$ = cold('       c-o-#');
    const c$ = cold('z');
    const expected = '    c-c-o-#';

    expectObservable(tryInTurn([a$, b$, c$], it$, { succeeds: (value) => value === 'o' })).toBe(expected);
    expectSubscriptions(c$.subscriptions).toBe([]);
  });

  marbles('ends the series at an error that speaks for all', ({ cold, expectObservable, expectSubscriptions }) => {
    const a$ = cold('     -#', {}, 'lost');
    const b$ = cold('      -#', {}, 401);
    const c$ = cold('z');
    const expected = '    --#';

    expectObservable(tryInTurn([a$, b$, c$], it$, { ends: (error) => error === 401 })).toBe(expected, {}, 401);
    expectSubscriptions(c$.subscriptions).toBe([]);
  });

  marbles('tells of each that failed before it tries the next', ({ cold, expectObservable, flush }) => {
    const told: string[] = [];
    const attempts: Record<string, Observable<string>> = {
      a: cold('           -#', {}, 'lost'),
      b: cold('            --#', {}, 'refused'),
      c: cold('              -x'),
    };
    const expected = '    ----x';
    const attempt = (item: string) => {
      told.push(`try ${item}`);
      return attempts[item] ?? EMPTY;
    };
    const onFailure = (item: string, error: unknown) => told.push(`${item} ${String(error)}`);

    expectObservable(tryInTurn(['a', 'b', 'c'], attempt, { onFailure })).toBe(expected);
    flush();
    expect(told).to.deep.equal(['try a', 'a lost', 'try b', 'b refused', 'try c']);
  });

  marbles('unsubscribes from the attempt that is under way', (helpers) => {
    const { cold, expectObservable, expectSubscriptions, flush } = helpers;
    const a$ = cold('     -#');
    const b$ = cold('      ------x');
    const bSubs = '       -^--!';
    const unsub = '       ----!';

    expectObservable(tryInTurn([a$, b$], it$), unsub).toBe('-');
    expectSubscriptions(b$.subscriptions).toBe(bSubs);
    flush();
    expect(asyncScheduler.now()).to.equal(4);
  });

  marbles('takes attempts that end within their subscription, a hundred of them', ({ expectObservable }) => {
    const failing = Array.from({ length: 100 }, () => throwError(() => new Error('lost')));

    expectObservable(tryInTurn<string, Observable<string>>([...failing, of('x')], it$)).toBe('(x|)');
  });

  marbles('takes an attempt that cannot even be made for one that failed', ({ cold, expectObservable }) => {
    const open = (url: string): Observable<string> => {
      if (url.startsWith('http:')) throw new Error('insecure');
      return cold('       -x');
    };
    const expected = '    -x';

    expectObservable(tryInTurn(['http://a', 'https://b'], open)).toBe(expected);
    expectObservable(tryInTurn(['http://a', 'http://b'], open)).toBe(
      '#',
      {},
      new AllEndpointsFailedError([new Error('insecure'), new Error('insecure')]),
    );
  });

  marbles('begins anew for each subscriber', ({ cold, expectObservable, expectSubscriptions }) => {
    const a$ = cold('     --#');
    const b$ = cold('       --x');
    const aSubs = ['      ^-!', '-^-!'];
    const bSubs = ['      --^--!', '---^--!'];
    const first = '       ^----!';
    const second = '      -^----!';
    const result$ = tryInTurn([a$, b$], it$);

    expectObservable(result$, first).toBe('    ----x');
    expectObservable(result$, second).toBe('   -----x');
    expectSubscriptions(a$.subscriptions).toBe(aSubs);
    expectSubscriptions(b$.subscriptions).toBe(bSubs);
  });

  marbles('calls a function with the first value that means success, before it is emitted', (helpers) => {
    const { cold, expectObservable, flush } = helpers;
    const seen: string[] = [];
    const attempt = () => cold('a-b-b-|');
    const options = { succeeds: (value: string) => value === 'b', onSuccess: (value: string) => seen.push(value) };

    expectObservable(tryInTurn(['x'], attempt, options).pipe(tap((value) => seen.push(`out ${value}`)))).toBe(
      'a-b-b-|',
    );
    flush();
    expect(seen).to.deep.equal(['out a', 'b', 'out b', 'out b']);
  });
});
