import { expect } from 'chai';
import { asyncScheduler, defer, EMPTY, NEVER, of, Subject, take, takeUntil, throwError } from 'rxjs';
import { fake } from 'sinon';
import { DiscoveryRefusedError, UnstableConnectionError } from '../../lib/errors.js';
import { fleet } from '../../lib/operators/backoff.js';
import { retryWithBackoff, type Wait } from '../../lib/operators/retry-with-backoff.js';
import { marbles } from '../support/marbles.js';

describe('retryWithBackoff', () => {
  marbles('waits 0, 1, 2, 4 and 8 s, then starts over at once', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('      #');
    const subs = [
      ' 0s (^!)',
      ' 1s (^!)',
      ' 3s (^!)',
      ' 7s (^!)',
      '15s (^!)',
      '15s (^!)', // the next cycle
      '16s (^!)',
    ];
    const unsub = '  17s !';
    const expected = '-';

    expectObservable(source$.pipe(retryWithBackoff()), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('mirrors the values; the failure after one begins a new cycle', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const source$ = cold('-a#');
    //                      -a#
    //                        -a#
    const subs = ['       ^-!', '--^-!', '----^-!'];
    const unsub = '       ------!';
    const expected = '    -a-a-a-';

    expectObservable(source$.pipe(retryWithBackoff()), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('subscribes again at once after a clean close', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('a-|');
    //                      a-|
    const subs = ['       ^-!', '--^-!', '----^!'];
    const unsub = '       -----!';
    const expected = '    a-a-a-';

    expectObservable(source$.pipe(retryWithBackoff()), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('subscribes again at once after a close without a value', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const source$ = cold('--|');
    const subs = ['       ^-!', '--^-!', '----^!'];
    const unsub = '       -----!';
    const expected = '    ------';

    expectObservable(source$.pipe(retryWithBackoff()), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('leaves an attempt alone for as long as it takes', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('-');
    const subs = '        ^ 60m !';
    const unsub = '       - 60m !';
    const expected = '    -';

    expectObservable(source$.pipe(retryWithBackoff()), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('waits 1 s when the attempt after a clean close fails', ({ cold, expectObservable }) => {
    const attempts = [cold('a|'), cold('#'), cold('b')];
    const source$ = defer(() => attempts.shift() ?? NEVER);
    const expected = '     a 1000ms b';

    expectObservable(source$.pipe(retryWithBackoff())).toBe(expected);
  });

  marbles('takes sources that end within their subscription', ({ expectObservable }) => {
    const attempts = [
      EMPTY,
      of('a'),
      throwError(() => new Error('refused')),
      throwError(() => new Error('refused')),
      of('b', 'c'),
    ];
    const source$ = defer(() => attempts.shift() ?? NEVER);
    const expected = '     a 2999ms (bc)'; // EMPTY and `of` complete, then 1 s and 2 s

    expectObservable(source$.pipe(retryWithBackoff({ proves: () => false }))).toBe(expected);
  });

  marbles('is done with the source when its own subscriber has enough', ({ expectObservable, flush }) => {
    expectObservable(of('a').pipe(retryWithBackoff(), take(3))).toBe('(aaa|)');
    flush();
    expect(asyncScheduler.now()).to.equal(0);
  });

  marbles('takes its timer along when it is unsubscribed', (helpers) => {
    const { cold, expectObservable, expectSubscriptions, flush } = helpers;
    const source$ = cold('-#');
    const subs = '        ^!';
    const unsub = '       ---!';
    const expected = '    -';

    expectObservable(source$.pipe(retryWithBackoff()), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
    flush();
    expect(asyncScheduler.now()).to.equal(3);
  });

  marbles('unsubscribes from the attempt that is under way', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('a----b');
    const subs = '        ^---!';
    const unsub = '       ----!';
    const expected = '    a----';

    expectObservable(source$.pipe(retryWithBackoff()), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('keeps to the cycle while connections open and prove nothing', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const source$ = cold('o#');
    const subs = ['       ^!', '1001ms ^!', '3002ms ^!', '7003ms ^!'];
    const unsub = '       15s !';
    const expected = '    o 1000ms o 2000ms o 4000ms o';

    expectObservable(source$.pipe(retryWithBackoff({ proves: (value) => value === 'p' })), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('begins a new cycle, at once, after a connection that proved useful', (helpers) => {
    const { cold, expectObservable } = helpers;
    const attempts = [cold('o#'), cold('o#'), cold('op#'), cold('o#'), cold('o')];
    const source$ = defer(() => attempts.shift() ?? NEVER);
    const expected = '     o 1s o 2s opo 1s o'; // the last wait is the first of the new cycle

    expectObservable(source$.pipe(retryWithBackoff({ proves: (value) => value === 'p' }))).toBe(expected);
  });

  marbles('takes an unstable connection for no success, whatever it emitted', ({ cold, expectObservable }) => {
    const unstable = new UnstableConnectionError('lost');
    const source$ = cold('o#', undefined, unstable);
    const expected = '    o 1000ms o 2000ms o 4000ms o';

    expectObservable(source$.pipe(retryWithBackoff()), '15s !').toBe(expected);
  });

  marbles('takes a clean close that is an error for a completion, and tells of it', (helpers) => {
    const { cold, expectObservable, flush } = helpers;
    const attempts = [cold('#'), cold('-#', undefined, 'closed'), cold('#'), cold('o')];
    const source$ = defer(() => attempts.shift() ?? NEVER);
    const expected = '     2001ms o';
    const waits: Wait[] = [];
    const onWait = (wait: Wait) => waits.push(wait);

    expectObservable(source$.pipe(retryWithBackoff({ closes: (error) => error === 'closed', onWait })), '9s !').toBe(
      expected,
    );
    flush();
    expect(waits).to.deep.equal([
      { attempt: 2, delay: 1000, cause: 'error' },
      { attempt: 1, delay: 0, cause: 'closed' },
      { attempt: 2, delay: 1000, cause: 'error' },
    ]);
  });

  marbles('counts a value that proves nothing, after one that did, as a new attempt', ({ cold, expectObservable }) => {
    const attempts = [cold('opo#'), cold('o')];
    const source$ = defer(() => attempts.shift() ?? NEVER);
    const expected = '     opo 1s o';

    expectObservable(source$.pipe(retryWithBackoff({ proves: (value) => value === 'p' }))).toBe(expected);
  });

  marbles('takes nextRequestDelay for the first delay from the very next wait', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const source$ = cold('#');
    const subs = [
      ' 0s (^!)',
      ' 1s (^!)', // the cloud asks for 3 s from here on,
      ' 4s (^!)',
      '10s (^!)', // and for nothing from here on
      '11s (^!)',
      '11s (^!)',
      '12s (^!)',
    ];
    const unsub = '13s !';
    const base = () => (asyncScheduler.now() >= 1000 && asyncScheduler.now() < 10_000 ? 3000 : undefined);

    expectObservable(source$.pipe(retryWithBackoff({ base })), unsub).toBe('-');
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('waits as long as a refusal asks, then goes on doubling', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const busy$ = cold('#', {}, new DiscoveryRefusedError('https://cloud/', 2, 30_000));
    const lost$ = cold('#');
    const attempts = [busy$];
    const source$ = defer(() => attempts.shift() ?? lost$);
    const subs = ['30s (^!)', '32s (^!)', '36s (^!)', '44s (^!)', '44s (^!)'];
    const unsub = '44500ms !';

    expectObservable(source$.pipe(retryWithBackoff()), unsub).toBe('-');
    expectSubscriptions(busy$.subscriptions).toBe('(^!)');
    expectSubscriptions(lost$.subscriptions).toBe(subs);
  });

  marbles('never waits longer than 10 min', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('#');
    const subs = [' 0m (^!)', ' 8m (^!)', '18m (^!)', '28m (^!)', '38m (^!)', '38m (^!)', '46m (^!)'];
    const unsub = '50m !';

    expectObservable(source$.pipe(retryWithBackoff({ base: () => 480_000 })), unsub).toBe('-');
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('tells of each wait as it begins, with its cause', ({ cold, expectObservable, flush }) => {
    const onWait = fake<[Wait], undefined>();
    const attempts = [cold('-#', {}, 'first'), cold('-#', {}, 'second'), cold('-|'), cold('-#', {}, 'third')];
    const source$ = defer(() => attempts.shift() ?? NEVER);

    expectObservable(source$.pipe(retryWithBackoff({ onWait }))).toBe('-');
    flush();
    expect(onWait.args.flat()).to.deep.equal([
      { attempt: 2, delay: 1000, cause: 'first' },
      { attempt: 3, delay: 2000, cause: 'second' },
      { attempt: 1, delay: 0, cause: undefined },
      { attempt: 2, delay: 1000, cause: 'third' },
    ]);
  });

  marbles('starts no timer when it is unsubscribed while it tells of the wait', (helpers) => {
    const { cold, expectObservable, expectSubscriptions, flush } = helpers;
    const stop$ = new Subject<undefined>();
    const source$ = cold('--#');
    const subs = '        ^-!';
    const expected = '    --|';
    const onWait = () => {
      stop$.next(undefined);
    };

    expectObservable(source$.pipe(retryWithBackoff({ onWait }), takeUntil(stop$))).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
    flush();
    expect(asyncScheduler.now()).to.equal(2);
  });

  marbles('counts for each subscriber alone', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('#');
    const subs = ['    0ms (^!)', ' 500ms (^!)', '1000ms (^!)', '1500ms (^!)', '3000ms (^!)', '3500ms (^!)'];
    const first = '        ^ 3999ms !';
    const second = ' 500ms ^ 3499ms !';
    const result$ = source$.pipe(retryWithBackoff());

    expectObservable(result$, first).toBe('-');
    expectObservable(result$, second).toBe('-');
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('spreads the attempts of a fleet by its random numbers', ({ cold, expectObservable }) => {
    const attempts = [cold('a#'), cold('#'), cold('#'), cold('b|'), cold('c')];
    const source$ = defer(() => attempts.shift() ?? NEVER);
    const random = () => 0.5;
    // Half of 5 s, of 1 to 7.5 s, of 1 to 12.75 s; after the close, of 1 s.
    const expected = '     a 2500ms 4250ms 6875ms b 500ms c';

    expectObservable(source$.pipe(retryWithBackoff({ backoff: fleet(), random }))).toBe(expected);
  });
});
