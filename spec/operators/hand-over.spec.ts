import { expect } from 'chai';
import { defer, NEVER, of, Subject, throwError, type Observable } from 'rxjs';
import { handOver } from '../../lib/operators/hand-over.js';
import { marbles } from '../support/marbles.js';

/** Links are capitals, and what they do goes by that name. */
interface Ways {
  readonly lives: Readonly<Record<string, Observable<string>>>;
  readonly doubts?: Readonly<Record<string, Observable<string | undefined>>>;
}

/** Opens one after the other; `reasons` are those that were given. */
const over = (opens: readonly Observable<string>[], { lives, doubts = {} }: Ways, reasons: unknown[] = []) => {
  let count = 0;
  return handOver<string, string, string, string>({
    open: (reason) => {
      reasons.push(reason);
      return opens[count++] ?? throwError(() => new Error('there is no further one'));
    },
    isLink: (step): step is string => step === step.toUpperCase(),
    live: (link) => lives[link] ?? NEVER,
    doubts: (link) => doubts[link] ?? NEVER,
    lost: (cause) => `lost by ${String(cause)}`,
  });
};

describe('handOver', () => {
  marbles('opens another link beside one in doubt, and moves over once that is open', (helpers) => {
    const { cold, expectObservable, expectSubscriptions, flush } = helpers;
    const opensA = cold('c-A');
    const a = cold('       -a-a-a');
    const doubtsOfA = cold('-r');
    const opensB = cold('   c--B');
    const b = cold('           -b--b-#');
    const aSubs = '      --^---!';
    const bSubs = '      ------^-----!';
    const expected = '   c--a-a-b--b-#';
    const reasons: unknown[] = [];

    const result$ = over([opensA, opensB], { lives: { A: a, B: b }, doubts: { A: doubtsOfA } }, reasons);
    expectObservable(result$).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
    flush();
    expect(reasons).to.deep.equal([undefined, 'r']);
  });

  it('has entered the next link before it leaves the one before', () => {
    const old$ = new Subject<string>();
    const next$ = defer(() => of(old$.observed ? 'beside the old one' : 'alone'));
    const seen: string[] = [];
    const ways = { lives: { A: old$, B: next$ }, doubts: { A: of('r') } };
    over([of('A'), of('B')], ways).subscribe({ next: (value) => seen.push(value), error: () => seen.push('error') });
    expect(seen).to.deep.equal(['beside the old one']);
    expect(old$.observed).to.equal(false);
  });

  marbles('lives on with a link in doubt where no other can be opened', ({ cold, expectObservable }) => {
    const opensA = cold('A');
    const a = cold('     -a---a--#');
    const doubtsOfA = cold('-r');
    const opensB = cold('  c-#');

    expectObservable(over([opensA, opensB], { lives: { A: a }, doubts: { A: doubtsOfA } })).toBe('-a---a--#');
  });

  marbles('tries again for a repeated reason where opening failed, and only there', (helpers) => {
    const { cold, expectObservable, expectSubscriptions, flush } = helpers;
    const a = cold('        a-------------a');
    const doubtsOfA = cold('-r-r---r-r');
    const fails = cold('     c---#');
    const opensB = cold('          c----B');
    const b = cold('                    b');
    const failsSubs = '     -^---!';
    const opensSubs = '     -------^----!';
    const expected = '      a-----------b';
    const reasons: unknown[] = [];

    const result$ = over([cold('A'), fails, opensB], { lives: { A: a, B: b }, doubts: { A: doubtsOfA } }, reasons);
    expectObservable(result$, '20ms !').toBe(expected);
    expectSubscriptions(fails.subscriptions).toBe(failsSubs);
    expectSubscriptions(opensB.subscriptions).toBe(opensSubs);
    flush();
    expect(reasons).to.deep.equal([undefined, 'r', 'r']);
  });

  marbles('opens anew for another reason, and calls it off where the reason is gone', (helpers) => {
    const { cold, expectObservable, expectSubscriptions, flush } = helpers;
    const a = cold('        a-----------a');
    const doubtsOfA = cold('-r--s--u', { r: 'r', s: 's', u: undefined });
    const first = cold('     c-----B');
    const second = cold('       c-----B');
    const reasons: unknown[] = [];

    const result$ = over([cold('A'), first, second], { lives: { A: a }, doubts: { A: doubtsOfA } }, reasons);
    expectObservable(result$, '20ms !').toBe('a-----------a');
    expectSubscriptions(first.subscriptions).toBe('-^--!');
    expectSubscriptions(second.subscriptions).toBe('----^--!');
    flush();
    expect(reasons).to.deep.equal([undefined, 'r', 's']);
  });

  marbles('tells of a link that ends while another is being opened, and waits for that', (helpers) => {
    const { cold, expectObservable } = helpers;
    const a = cold('        -a--#');
    const doubtsOfA = cold('-r');
    const opensB = cold('    c----B');
    const b = cold('              -b');
    const values = { a: 'a', b: 'b', l: 'lost by error' };

    const result$ = over([cold('A'), opensB], { lives: { A: a, B: b }, doubts: { A: doubtsOfA } });
    expectObservable(result$, '20ms !').toBe('-a--l--b', values);
  });

  marbles('fails where neither the link nor the other one is left', ({ cold, expectObservable }) => {
    const a = cold('        -a--#', undefined, 'of a');
    const doubtsOfA = cold('-r');
    const opensB = cold('    c----#', undefined, 'of b');

    expectObservable(over([cold('A'), opensB], { lives: { A: a }, doubts: { A: doubtsOfA } })).toBe(
      '-a--l-#',
      { a: 'a', l: 'lost by of a' },
      'of b',
    );
  });

  marbles('fails with a link that nothing is opened beside', ({ cold, expectObservable }) => {
    const doubtsOfA = cold('-ru', { r: 'r', u: undefined });

    expectObservable(over([cold('c-A')], { lives: { A: cold('-a-#') } })).toBe('c--a-#');
    expectObservable(over([cold('c-A'), NEVER], { lives: { A: cold('-a-#') }, doubts: { A: doubtsOfA } })).toBe(
      'c--a-#',
    );
    expectObservable(over([cold('c-#')], { lives: {} })).toBe('c-#');
  });

  marbles('ends all with its subscriber', ({ cold, expectObservable, expectSubscriptions }) => {
    const a = cold('        a');
    const doubtsOfA = cold('-r');
    const opensB = cold('    c--B');

    expectObservable(over([cold('A'), opensB], { lives: { A: a }, doubts: { A: doubtsOfA } }), '---!').toBe('a');
    expectSubscriptions(a.subscriptions).toBe('        ^--!');
    expectSubscriptions(doubtsOfA.subscriptions).toBe('^--!');
    expectSubscriptions(opensB.subscriptions).toBe('   -^-!');
  });
});
