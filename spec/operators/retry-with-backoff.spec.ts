import { expect } from 'chai';
import { asyncScheduler, defer, EMPTY, ignoreElements, NEVER, of, Subject, take, takeUntil, throwError } from 'rxjs';
import { fake } from 'sinon';
import { ConnectionClosedError, DiscoveryRefusedError, UnstableConnectionError } from '../../lib/errors.js';
import { aos, fleet } from '../../lib/operators/backoff.js';
import type { Wait } from '../../lib/operators/retry-options.js';
import { retryWithBackoff } from '../../lib/operators/retry-with-backoff.js';
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

  marbles('mirrors the values; the failure after one begins a new cycle, once', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const source$ = cold('-a#');
    //                      -a#
    //                        1s -a#
    const subs = ['       ^-!', '--^-!', '---- 1s ^-!', '- 3005ms ^-!'];
    const unsub = '       3008ms !';
    const expected = '    -a-a 1s -a 2s -a';

    expectObservable(source$.pipe(retryWithBackoff()), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('subscribes again at once after a clean close, once', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const source$ = cold('a-|');
    //                      a-|
    const subs = ['       ^-!', '--^-!', '---- 1s ^!'];
    const unsub = '       ---- 1s -!';
    const expected = '    a-a- 1s a-';

    expectObservable(source$.pipe(retryWithBackoff()), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('subscribes again at once after a close without a value, once', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const source$ = cold('--|');
    const subs = ['       ^-!', '--^-!', '---- 1s ^!'];
    const unsub = '       ---- 1s -!';
    const expected = '    -';

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
    const expected = '     a 6999ms (bc)'; // EMPTY and `of` complete: at once, then 1 s; then 2 and 4 s

    expectObservable(source$.pipe(retryWithBackoff({ proves: () => false }))).toBe(expected);
  });

  marbles('is done with the source when its own subscriber has enough', ({ expectObservable, flush }) => {
    expectObservable(of('a').pipe(retryWithBackoff(), take(2))).toBe('(aa|)');
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
      ' 7s (^!)',
      '19s (^!)', // and for nothing from here on
      '27s (^!)',
      '27s (^!)',
      '28s (^!)',
    ];
    const unsub = '29s !';
    const base = () => (asyncScheduler.now() >= 1000 && asyncScheduler.now() < 19_000 ? 3000 : undefined);

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

  marbles('emits each wait as a value when it begins, if it is to', ({ cold, expectObservable }) => {
    const attempts = [cold('-#', {}, 'first'), cold('-a|')];
    const source$ = defer(() => attempts.shift() ?? NEVER);
    const emitWait = ({ attempt, delay, cause }: Wait) => `${attempt} ${delay} ${String(cause)}`;
    const values = { a: 'a', v: '2 1000 first', w: '1 0 undefined' };

    expectObservable(source$.pipe(retryWithBackoff({ emitWait }))).toBe('-v 1000ms aw', values);
  });

  marbles('takes what the network cut after half a second for a success, where it is told what that is', (helpers) => {
    const { cold, expectObservable } = helpers;
    const isLoss = (error: unknown) => error === 'cut';
    const cut = (life: string) => cold(`o ${life} #`, undefined, 'cut');

    expectObservable(cut('499ms').pipe(retryWithBackoff({ isLoss })), '1600ms !').toBe('o 499ms o 499ms o 499ms o');
    expectObservable(cut('498ms').pipe(retryWithBackoff({ isLoss })), '1600ms !').toBe('o 498ms o 1498ms -');
  });

  marbles(
    'counts a value that begins an attempt as one, where a source makes several',
    ({ cold, expectObservable }) => {
      const attempts = [cold('o 5s o#'), cold('o')];
      const source$ = defer(() => attempts.shift() ?? NEVER);

      // The second one of the source is short, and the first success of that kind.
      expectObservable(source$.pipe(retryWithBackoff({ begins: () => true }))).toBe('o 5s oo');
    },
  );

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

    expectObservable(source$.pipe(retryWithBackoff({ backoff: fleet(), random, stableAfter: 1 }))).toBe(expected);
  });

  for (const [code, expected] of [
    [1000, 'o 5s o'],
    [1001, 'o 5s o'],
    [1005, 'o 5s o'],
    [1008, 'o 6s o'],
    [1011, 'o 6s o'],
    [1012, 'o 6s o'],
    [1013, 'o 6s o'],
    [4000, 'o 6s o'],
  ] as const)
    marbles(`subscribes again ${expected === 'o 5s o' ? 'at once' : 'by the backoff'} after ${code}`, (helpers) => {
      const { cold, expectObservable } = helpers;
      const closed = new ConnectionClosedError('wss://cloud/', code, '');
      const attempts = [cold('o 4999ms #', undefined, closed), cold('-o')];
      const source$ = defer(() => attempts.shift() ?? NEVER);
      const closes = () => true;

      expectObservable(source$.pipe(retryWithBackoff({ closes }))).toBe(expected);
    });

  marbles('may be short again after a success that lasted', ({ cold, expectObservable }) => {
    const attempts = [cold('a#'), cold('b#'), cold('c 5s #'), cold('d#'), cold('e#'), cold('f')];
    const source$ = defer(() => attempts.shift() ?? NEVER);

    expectObservable(source$.pipe(retryWithBackoff())).toBe('ab 1s c 5s de 1s f');
  });

  marbles('counts 5 s, or as long as it is given', ({ cold, expectObservable }) => {
    const of2s$ = cold('o 1999ms #');

    expectObservable(of2s$.pipe(retryWithBackoff()), '10s !').toBe('o 1999ms o 2999ms o 3999ms o');
    expectObservable(of2s$.pipe(retryWithBackoff({ stableAfter: 2000 })), '7s !').toBe('o 1999ms o 1999ms o 1999ms o');
  });

  for (const [title, life] of [
    ['end right away', '#'],
    ['complete right away', '|'],
    ['live for 3 s', '3s #'],
    ['live just long enough to be successes', '5099ms |'],
  ] as const)
    for (const backoff of [aos(), fleet()])
      marbles(`are 12 in the first minute and 6 in each further one at most where they ${title}`, (helpers) => {
        const { cold, expectObservable, flush } = helpers;
        const opened: number[] = [];
        const note$ = defer(() => {
          opened.push(asyncScheduler.now());
          return cold(`o${life}`);
        });
        expectObservable(note$.pipe(retryWithBackoff({ backoff, random: () => 0 }), ignoreElements()), '30m !').toBe(
          '',
        );
        flush();
        const within = (from: number) => opened.filter((at) => at >= from && at < from + 60_000).length;
        expect(within(0)).to.be.within(4, 12);
        for (let minute = 1; minute < 30; minute++) expect(within(minute * 60_000), `${minute}`).to.be.within(2, 6);
      });
});
