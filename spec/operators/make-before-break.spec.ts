import { expect } from 'chai';
import { asyncScheduler, concat, EMPTY, map, NEVER, of, Subject, timer, type Observable } from 'rxjs';
import { fake } from 'sinon';
import { makeBeforeBreak, type MakeBeforeBreakOptions } from '../../lib/operators/make-before-break.js';
import { marbles } from '../support/marbles.js';

/** `o`, `p` and `q` serve. */
const isMade = (value: string) => 'opq'.includes(value);
const over = (
  source$: Observable<string>,
  ways: Readonly<Record<string, Observable<string>>>,
  options: Partial<MakeBeforeBreakOptions<string>> = {},
) =>
  source$.pipe(
    map((name) => ways[name] ?? EMPTY),
    makeBeforeBreak<string>({ isMade, ...options }),
  );

describe('makeBeforeBreak', () => {
  marbles('keeps the one that serves until the next is made, and then breaks it', (helpers) => {
    const { hot, cold, expectObservable, expectSubscriptions } = helpers;
    const source$ = hot('  a----b-------');
    const a = cold('       -c-o');
    const b = cold('            -c--o');
    const aSubs = '        ^--------!';
    const bSubs = '        -----^------!';
    const unsub = '        ------------!';
    const expected = '     -c-o-----o---';

    expectObservable(over(source$, { a, b }), unsub).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
  });

  it('breaks only after it has moved over', () => {
    const old = new Subject<string>();
    const seen: string[] = [];
    const source$ = new Subject<Observable<string>>();
    source$.pipe(makeBeforeBreak<string>({ isMade })).subscribe({
      next: (value) => seen.push(`${value} ${old.observed ? 'beside the old one' : 'alone'}`),
      error: () => seen.push('error'),
    });
    source$.next(old);
    old.next('o');
    source$.next(concat(of('p'), NEVER));
    expect(seen).to.deep.equal(['o beside the old one', 'p beside the old one']);
    expect(old.observed).to.equal(false);
  });

  marbles('goes on with what the new one emits, and with nothing of the old one', (helpers) => {
    const { hot, cold, expectObservable } = helpers;
    const a = cold('          o-----p--p');
    const b = cold('             c-o---q--|');

    expectObservable(over(hot('  a--b---------'), { a, b }), '------------!').toBe('o----o---q--');
  });

  marbles('waits for the proof of a newcomer, and lets the old one go on meanwhile', (helpers) => {
    const { hot, cold, expectObservable, expectSubscriptions } = helpers;
    const source$ = hot('   a---b------------');
    const a = cold('        -o----p');
    const b = cold('            -c-o');
    const proof$ = cold('           ----x---x');
    const aSubs = '         ^----------!';
    const proofSubs = '     -------^---!';
    const expected = '      -o----p----o--';

    expectObservable(over(source$, { a, b }, { proof: () => proof$ }), '14ms !').toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(proof$.subscriptions).toBe(proofSubs);
  });

  marbles('asks no proof of the first, nor of one that is promoted', ({ hot, cold, expectObservable }) => {
    const a = cold('        -o----#');
    const b = cold('            o');

    expectObservable(over(hot('a---b---'), { a, b }, { proof: () => NEVER }), '9ms !').toBe('-o----o');
  });

  marbles('tells of a newcomer that fails, and the old one goes on', (helpers) => {
    const { hot, cold, expectObservable, expectSubscriptions, flush } = helpers;
    const source$ = hot('   a---b--------d');
    const a = cold('        -co-------p');
    const b = cold('            -c#');
    const d = cold('                     -o-#');
    const aSubs = '         ^-------------!';
    const expected = '      -co-------p---o-#';
    const onFailure = fake();

    expectObservable(over(source$, { a, b, d }, { onFailure })).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    flush();
    expect(onFailure.args).to.deep.equal([['error']]);
  });

  marbles('tells also of one that fails while it is being proven', ({ hot, cold, expectObservable, flush }) => {
    const onFailure = fake();
    const proof = () => timer(5, asyncScheduler);
    const a = cold('        -o---------p');
    const b = cold('            -o---#');

    expectObservable(over(hot('a---b--'), { a, b }, { proof, onFailure }), '15ms !').toBe('-o---------p');
    flush();
    expect(onFailure.callCount).to.equal(1);
  });

  marbles('puts the newcomer, as far as it is, in the place of one that fails or ends', (helpers) => {
    const { hot, cold, expectObservable } = helpers;
    const failing = cold('        -co---#');
    const ending = cold('         -co---|');
    const b = cold('                  -c--o-');
    const expected = '            -co---c-o-';

    expectObservable(over(hot('   a---b-----'), { a: failing, b }), '10ms !').toBe(expected);
    expectObservable(over(hot('   a---b-----'), { a: ending, b }), '10ms !').toBe(expected);
    expectObservable(over(hot('   a---b-----'), { a: failing, b: cold('---c-#') })).toBe('-co----c-#');
  });

  marbles('fails with one that has no newcomer beside it', ({ hot, cold, expectObservable }) => {
    expectObservable(over(hot('a--'), { a: cold('-co--#') })).toBe('-co--#');
    expectObservable(over(hot('a--'), { a: cold('#') })).toBe('#');
  });

  marbles('replaces one that does not serve yet at once, as switchMap does', (helpers) => {
    const { hot, cold, expectObservable, expectSubscriptions } = helpers;
    const a = cold('       -c---o');
    const b = cold('          -c-o');

    expectObservable(over(hot('a--b--'), { a, b }), '8ms !').toBe('-c--c-o');
    expectSubscriptions(a.subscriptions).toBe('^--!');
  });

  marbles('replaces a newcomer by a further one, and calls it off for EMPTY', (helpers) => {
    const { hot, cold, expectObservable, expectSubscriptions } = helpers;
    const a = cold('       o');
    const b = cold('         -c---o');
    const d = cold('             -o');

    expectObservable(over(hot('a-b-d'), { a, b, d }), '9ms !').toBe('o----o');
    expectObservable(over(hot('a-b-e'), { a, b }), '9ms !').toBe('   o');
    expectSubscriptions(b.subscriptions).toBe(['--^-!', '--^-!']);
  });

  marbles('takes no newcomer that has completed for one that serves', ({ hot, cold, expectObservable }) => {
    const b = cold('            -(o|)');
    const proof = () => timer(2, asyncScheduler);

    expectObservable(over(hot('a-b'), { a: cold('o----p'), b }, { proof }), '9ms !').toBe('o----p');
  });

  marbles('completes with the source and the one it mirrors', ({ cold, expectObservable }) => {
    expectObservable(over(cold('a-|'), { a: cold('o--|') })).toBe('o--|');
    expectObservable(over(cold('a-----|'), { a: cold('o--|') })).toBe('o-----|');
    expectObservable(over(cold('|'), {})).toBe('|');
  });

  marbles('fails with the source', ({ cold, expectObservable, expectSubscriptions }) => {
    const a = cold('             o');

    expectObservable(over(cold('a--#'), { a })).toBe('o--#');
    expectSubscriptions(a.subscriptions).toBe('^--!');
  });

  marbles('ends all with its subscriber', ({ hot, cold, expectObservable, expectSubscriptions }) => {
    const source$ = hot('  a-b');
    const a = cold('       o');
    const b = cold('         -c-o');
    const proof$ = cold('       -');

    expectObservable(over(source$, { a, b }, { proof: () => proof$ }), '-------!').toBe('o');
    expectSubscriptions(source$.subscriptions).toBe(' ^------!');
    expectSubscriptions(a.subscriptions).toBe('      ^------!');
    expectSubscriptions(b.subscriptions).toBe('      --^----!');
    expectSubscriptions(proof$.subscriptions).toBe(' -----^-!');
  });

  it('may be given the next one while it tells of the last', () => {
    const source$ = new Subject<Observable<string>>();
    const old = new Subject<string>();
    const seen: string[] = [];
    source$.pipe(makeBeforeBreak<string>({ isMade })).subscribe({
      next: (value) => {
        seen.push(`${value} ${old.observed ? 'beside the old one' : 'alone'}`);
        if (value === 'p') source$.next(of('q'));
      },
      error: () => seen.push('error'),
    });
    source$.next(old);
    old.next('o');
    source$.next(concat(of('p'), NEVER));
    expect(seen).to.deep.equal(['o beside the old one', 'p beside the old one', 'q alone']);
    expect(old.observed).to.equal(false);
  });

  marbles('emits the loss of an old one whose newcomer is being made, where that is wanted', (helpers) => {
    const { cold, hot, expectObservable } = helpers;
    const lost = (error: unknown) => `lost by ${String(error)}`;
    const values = { c: 'c', o: 'o', l: 'lost by error' };
    const a = cold('           o-------#');
    const b = cold('               c-------o');
    const source$ = hot<Observable<string>>('      a---b', { a, b });
    const alone$ = hot<Observable<string>>('       a', { a });

    expectObservable(source$.pipe(makeBeforeBreak<string>({ isMade, lost }))).toBe('o-------(lc)o', values);
    expectObservable(alone$.pipe(makeBeforeBreak<string>({ isMade, lost }))).toBe('o-------#', values);
  });

  it('keeps nothing from one subscriber to the next', () => {
    const seen: string[] = [];
    const result$ = of(of('o'), of('p')).pipe(makeBeforeBreak<string>({ isMade }));
    for (let count = 0; count < 2; count++)
      result$.subscribe({ next: (value) => seen.push(value), error: () => seen.push('error') });
    expect(seen).to.deep.equal(['o', 'p', 'o', 'p']);
  });
});
