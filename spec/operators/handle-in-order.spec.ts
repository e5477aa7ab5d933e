import { expect } from 'chai';
import { asyncScheduler, EMPTY, finalize, merge, NEVER, of, Subject, tap, type Observable } from 'rxjs';
import { fake } from 'sinon';
import { handleInOrder } from '../../lib/operators/handle-in-order.js';
import { marbles } from '../support/marbles.js';

describe('handleInOrder', () => {
  /** a and A share a key, and so on. */
  const key = (letter: string) => letter.toLowerCase();
  const onFailure = (value: string, error: unknown): never => {
    throw new Error(`${value} failed`, { cause: error });
  };
  const working = (work: Readonly<Record<string, Observable<unknown>>>) => ({
    key,
    onFailure,
    work: (letter: string) => work[letter] ?? NEVER,
  });

  marbles('works on different keys side by side and on one key in order', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions } = helpers;
    const source$ = hot(' (aAb|)');
    const a$ = cold('     ---|');
    const A$ = cold('        ---|');
    const b$ = cold('     -----|');
    const aSubs = '       ^--!';
    const ASubs = '       ---^--!';
    const bSubs = '       ^----!';
    const expected = '    ------|';

    expectObservable(source$.pipe(handleInOrder(working({ a: a$, A: A$, b: b$ })))).toBe(expected);
    expectSubscriptions(a$.subscriptions).toBe(aSubs);
    expectSubscriptions(A$.subscriptions).toBe(ASubs);
    expectSubscriptions(b$.subscriptions).toBe(bSubs);
  });

  marbles('works on four at a time', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const source$ = hot(' (abcdef)');
    const work$ = cold('  ---|');
    const subs = [
      '                   ^--!',
      '                   ^--!',
      '                   ^--!',
      '                   ^--!',
      '                   ---^--!',
      '                   ---^--!',
    ];
    const unsub = '       --------!';

    expectObservable(source$.pipe(handleInOrder({ key, onFailure, work: () => work$ })), unsub).toBe('-');
    expectSubscriptions(work$.subscriptions).toBe(subs);
  });

  marbles('lets a later key overtake one that waits for its own kind', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions } = helpers;
    const source$ = hot(' aA-b');
    const a$ = cold('     ------|');
    const A$ = cold('           -|');
    const b$ = cold('        -|');
    const ASubs = '       ------^!';
    const bSubs = '       ---^!';
    const unsub = '       ---------!';

    expectObservable(source$.pipe(handleInOrder({ ...working({ a: a$, A: A$, b: b$ }), concurrency: 2 })), unsub).toBe(
      '-',
    );
    expectSubscriptions(A$.subscriptions).toBe(ASubs);
    expectSubscriptions(b$.subscriptions).toBe(bSubs);
  });

  marbles('works on one at a time, in the order they came, where only one may be', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions } = helpers;
    const source$ = hot(' abA|');
    const a$ = cold('     --|');
    const b$ = cold('       --|');
    const A$ = cold('         -|');
    const aSubs = '       ^-!';
    const bSubs = '       --^-!';
    const ASubs = '       ----^!';
    const expected = '    -----|';

    expectObservable(source$.pipe(handleInOrder({ ...working({ a: a$, A: A$, b: b$ }), concurrency: 1 }))).toBe(
      expected,
    );
    expectSubscriptions(a$.subscriptions).toBe(aSubs);
    expectSubscriptions(b$.subscriptions).toBe(bSubs);
    expectSubscriptions(A$.subscriptions).toBe(ASubs);
  });

  marbles('emits nothing of what the work emits', ({ cold, expectObservable }) => {
    expectObservable(cold('a|').pipe(handleInOrder(working({ a: cold('xyz|') })))).toBe('---|');
  });

  marbles(
    'completes at once where there is nothing to do, and waits where nothing comes',
    ({ cold, expectObservable }) => {
      expectObservable(EMPTY.pipe(handleInOrder(working({})))).toBe('|');
      expectObservable(cold('--|').pipe(handleInOrder(working({})))).toBe('--|');
      expectObservable(cold('-').pipe(handleInOrder(working({})))).toBe('-');
    },
  );

  marbles('passes the error of its source through and drops the work', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions } = helpers;
    const source$ = hot(' aA-#');
    const a$ = cold('     -----|');
    const A$ = cold('     -|');
    const aSubs = '       ^--!';
    const expected = '    ---#';

    expectObservable(source$.pipe(handleInOrder(working({ a: a$, A: A$ })))).toBe(expected);
    expectSubscriptions(a$.subscriptions).toBe(aSubs);
    expectSubscriptions(A$.subscriptions).toBe([]);
  });

  marbles('drops what is under way when it is unsubscribed, and begins nothing any more', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions, flush } = helpers;
    const source$ = hot(' aAbcde');
    const work$ = cold('  -------|');
    const subs = ['       ^------!', '--^----!', '---^---!', '----^--!'];
    const unsub = '       -------!';

    expectObservable(source$.pipe(handleInOrder({ key, onFailure, work: () => work$ })), unsub).toBe('-');
    expectSubscriptions(work$.subscriptions).toBe(subs);
    flush();
    expect(asyncScheduler.now()).to.equal(7);
  });

  marbles('reports work that failed, in whatever way, and goes on with the next', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions, flush } = helpers;
    const source$ = hot(' (aAbB|)');
    const a$ = cold('     --#');
    const A$ = cold('       ---|');
    const B$ = cold('     -|');
    const ASubs = '       --^--!';
    const BSubs = '       ^!';
    const expected = '    -----|';
    const failures = fake<[string, unknown], undefined>();
    const work = (letter: string) => {
      if (letter === 'b') throw new Error('no work');
      return letter === 'a' ? a$ : letter === 'A' ? A$ : B$;
    };

    expectObservable(source$.pipe(handleInOrder({ key, onFailure: failures, work }))).toBe(expected);
    expectSubscriptions(A$.subscriptions).toBe(ASubs);
    expectSubscriptions(B$.subscriptions).toBe(BSubs);
    flush();
    expect(
      failures.args.map(([value, error]) => [value, error instanceof Error ? error.message : error]),
    ).to.deep.equal([
      ['b', 'no work'],
      ['a', 'error'],
    ]);
  });

  marbles('takes sources and work that end within their subscription', ({ expectObservable, flush }) => {
    const done: string[] = [];
    const work = (letter: string) => of(letter).pipe(tap((value) => done.push(value)));

    expectObservable(of('a', 'b', 'A').pipe(handleInOrder({ key, onFailure, work }))).toBe('|');
    flush();
    expect(done).to.deep.equal(['a', 'b', 'A']);
  });

  marbles('completes with the last work, however long after its source', ({ cold, expectObservable }) => {
    expectObservable(cold('a|').pipe(handleInOrder(working({ a: cold('10m |') })))).toBe('10m |');
    expectObservable(cold('(aA|)').pipe(handleInOrder(working({ a: cold('10m |'), A: EMPTY })))).toBe('10m |');
  });

  marbles('works on what the work itself brings in, after what waits already', (helpers) => {
    const { cold, expectObservable, flush } = helpers;
    const more$ = new Subject<string>();
    const begun: string[] = [];
    const work = (letter: string) => {
      begun.push(letter);
      if (letter === 'a') more$.next('A');
      return cold('-|');
    };

    expectObservable(merge(cold('(ab)'), more$).pipe(handleInOrder({ key, onFailure, work })), '5ms !').toBe('-');
    flush();
    expect(begun).to.deep.equal(['a', 'b', 'A']);
  });

  marbles('catches up with ten thousand that waited, each done within its subscription', (helpers) => {
    const { cold, expectObservable, flush } = helpers;
    const release$ = cold('--|');
    let done = 0;
    const work = (value: number) => (value === 0 ? release$ : of(done++));
    const source$ = of(...Array.from({ length: 10_001 }, (_, index) => index));
    const expected = '     --|';
    const result$ = source$.pipe(
      handleInOrder({
        key: () => 'same',
        work,
        onFailure: (_, error) => {
          throw error;
        },
      }),
    );

    expectObservable(result$).toBe(expected);
    flush();
    expect(done).to.equal(10_000);
  });

  marbles('keeps the work of two subscribers apart', ({ cold, expectObservable, expectSubscriptions }) => {
    const a$ = cold('     ---|');
    const result$ = cold('a|').pipe(handleInOrder({ ...working({ a: a$ }), concurrency: 1 }));

    expectObservable(result$, ' ^').toBe(' ---|');
    expectObservable(result$, '-^').toBe('----|');
    expectSubscriptions(a$.subscriptions).toBe(['^--!', '-^--!']);
  });

  marbles('begins the next only after the one before has let go', ({ expectObservable, flush }) => {
    const told: string[] = [];
    const work = (letter: string) =>
      of(letter).pipe(
        tap(() => told.push(`begin ${letter}`)),
        finalize(() => told.push(`end ${letter}`)),
      );

    expectObservable(of('a', 'A').pipe(handleInOrder({ key, onFailure, work }))).toBe('|');
    flush();
    expect(told).to.deep.equal(['begin a', 'end a', 'begin A', 'end A']);
  });

  marbles('lets work that takes longer than it should give up its place, not its turn', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions } = helpers;
    const source$ = hot(' (abcA|)');
    const a$ = cold('     9ms |');
    const b$ = cold('          -|');
    const c$ = cold('          --|');
    const bSubs = '       -----^!';
    const cSubs = '       ------^-!';
    const ASubs = '       9ms ^!';
    const A$ = cold('         -|');
    const expected = '    10ms |';
    const given = { ...working({ a: a$, b: b$, c: c$, A: A$ }), concurrency: 1, slowAfter: 5 };

    expectObservable(source$.pipe(handleInOrder(given))).toBe(expected);
    expectSubscriptions(b$.subscriptions).toBe(bSubs);
    expectSubscriptions(c$.subscriptions).toBe(cSubs);
    expectSubscriptions(A$.subscriptions).toBe(ASubs);
  });

  marbles('unsubscribes work at its timeout, to the millisecond, and goes on with its key', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions, flush } = helpers;
    const source$ = hot(' a--bA|');
    const a$ = cold('     -');
    const b$ = cold('        ----|');
    const A$ = cold('          --|');
    const aSubs = '       ^----!';
    const bSubs = '       ---^---!';
    const ASubs = '       -----^-!';
    const expected = '    -------|';
    const timeouts: string[] = [];
    const onTimeout = (value: string, elapsed: number) => timeouts.push(`${value} ${elapsed}`);

    expectObservable(source$.pipe(handleInOrder({ ...working({ a: a$, b: b$, A: A$ }), timeout: 5, onTimeout }))).toBe(
      expected,
    );
    expectSubscriptions(a$.subscriptions).toBe(aSubs);
    expectSubscriptions(b$.subscriptions).toBe(bSubs);
    expectSubscriptions(A$.subscriptions).toBe(ASubs);
    flush();
    expect(timeouts).to.deep.equal(['a 5']);
  });

  marbles('leaves no timer behind once nothing is left to do', ({ cold, expectObservable, flush }) => {
    expectObservable(cold('a|').pipe(handleInOrder({ ...working({ a: EMPTY }), slowAfter: 50, timeout: 900 }))).toBe(
      '-|',
    );
    flush();
    expect(asyncScheduler.now()).to.equal(1);
  });

  marbles('goes on at once where there is nothing to wait for, in the order of each key', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions, flush } = helpers;
    const source$ = hot(' aAab|');
    const A$ = cold('      ---|');
    const ASubs = '       -^--!';
    const expected = '    ----|';
    const begun: string[] = [];
    const work = (letter: string) => {
      begun.push(letter);
      if (letter === 'A') return A$;
      if (letter === 'b') throw new Error('no work');
      return undefined;
    };
    const failures: string[] = [];

    expectObservable(
      source$.pipe(handleInOrder({ key, work, onFailure: (value) => failures.push(value), concurrency: 2 })),
    ).toBe(expected);
    expectSubscriptions(A$.subscriptions).toBe(ASubs);
    flush();
    expect([begun, failures]).to.deep.equal([['a', 'A', 'b', 'a'], ['b']]);
  });

  it('begins nothing any more once it is unsubscribed, also by the work itself', () => {
    const source$ = new Subject<string>();
    const first$ = new Subject<never>();
    const begun: string[] = [];
    const work = (letter: string) => {
      begun.push(letter);
      if (letter === 'a') return first$;
      running.unsubscribe();
      return undefined;
    };
    const running = source$.pipe(handleInOrder({ key: () => 'same', work, onFailure })).subscribe();
    for (const letter of 'abc') source$.next(letter);
    first$.complete();
    expect(begun).to.deep.equal(['a', 'b']);
  });
});
