import { expect } from 'chai';
import { asyncScheduler, concat, EMPTY, of, throwError, type Observable } from 'rxjs';
import { ConnectionClosedError, ConnectionLostError, UnstableConnectionError } from '../../lib/errors.js';
import { proveStable } from '../../lib/operators/prove-stable.js';
import { marbles } from '../support/marbles.js';

describe('proveStable', () => {
  const unstable = (cause: unknown) => new UnstableConnectionError(cause);

  marbles('passes an error through as it is once the connection has lived for 5 s', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const source$ = cold('o 9s #');
    const subs = '        ^ 9s !';
    const expected = '    o 9s #';

    expectObservable(source$.pipe(proveStable())).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('calls a connection unstable that ends before', ({ cold, expectObservable }) => {
    const source$ = cold('o-#');
    const expected = '    o-#';

    expectObservable(source$.pipe(proveStable())).toBe(expected, undefined, unstable('error'));
  });

  marbles('draws the line at 5 s', ({ cold, expectObservable }) => {
    const before$ = cold('o 4998ms #');
    const after$ = cold(' o 4999ms #');

    expectObservable(before$.pipe(proveStable())).toBe('o 4998ms #', undefined, unstable('error'));
    expectObservable(after$.pipe(proveStable())).toBe(' o 4999ms #');
  });

  marbles('takes evidence for a proof as long as the connection lives', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions } = helpers;
    const source$ = cold('  -o-----#');
    const evidence$ = hot(' x--e-e--');
    const evidenceSubs = '  ^------!';
    const expected = '      -o-----#';

    expectObservable(source$.pipe(proveStable({ evidence$ }))).toBe(expected);
    expectSubscriptions(evidence$.subscriptions).toBe(evidenceSubs);
  });

  marbles('asks whether the connection is proven when it fails early', ({ cold, expectObservable }) => {
    const source$ = cold('-o--#');
    const expected = '    -o--#';

    expectObservable(source$.pipe(proveStable({ isProven: () => true }))).toBe(expected);
    expectObservable(source$.pipe(proveStable({ isProven: () => false }))).toBe(expected, undefined, unstable('error'));
  });

  marbles('takes evidence that is there from the start, and lives on without it', ({ cold, expectObservable }) => {
    const source$ = cold('-o----#');
    const expected = '    -o----#';

    expectObservable(source$.pipe(proveStable({ evidence$: of('e') }))).toBe(expected);
  });

  marbles('passes the error of a connection that had proved useful through as it is', ({ cold, expectObservable }) => {
    const lost = new ConnectionLostError('wss://cloud/', 1006);
    const source$ = cold('  o--#', undefined, lost);
    const evidence$ = cold('-e');
    const expected = '      o--#';

    expectObservable(source$.pipe(proveStable({ evidence$ }))).toBe(expected, undefined, lost);
  });

  marbles('passes what fails in the evidence through', ({ cold, expectObservable }) => {
    const source$ = cold('o');

    expectObservable(source$.pipe(proveStable({ evidence$: cold('-#') }))).toBe('o#', undefined, unstable('error'));
  });

  marbles('keeps the cause and its code', ({ expectObservable, flush }) => {
    const closed = new ConnectionClosedError('wss://cloud/', 1013, 'try again later');
    const errors: unknown[] = [];
    const source$ = concat(
      of('o'),
      throwError(() => closed),
    );
    const result$: Observable<string> = source$.pipe(proveStable());

    expectObservable(result$).toBe('(o#)', undefined, unstable(closed));
    result$.subscribe({ error: (error: unknown) => errors.push(error) });
    flush();
    expect(errors[0]).to.include({ cause: closed, code: 1013 });
  });

  marbles('mirrors a connection that never ends, and one that is empty', (helpers) => {
    const { cold, expectObservable, flush } = helpers;

    expectObservable(cold('-').pipe(proveStable()), '60m !').toBe('-');
    expectObservable(EMPTY.pipe(proveStable())).toBe('|');
    flush();
  });

  marbles('completes with the connection', ({ cold, expectObservable, flush }) => {
    const source$ = cold('o-|');
    const expected = '    o-|';

    expectObservable(source$.pipe(proveStable())).toBe(expected);
    flush();
    expect(asyncScheduler.now()).to.equal(2);
  });

  marbles('unsubscribes from its evidence with the connection', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions, flush } = helpers;
    const source$ = cold(' o');
    const evidence$ = hot('-');
    const subs = '         ^--!';
    const unsub = '        ---!';
    const expected = '     o--';

    expectObservable(source$.pipe(proveStable({ evidence$ })), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
    expectSubscriptions(evidence$.subscriptions).toBe(subs);
    flush();
    expect(asyncScheduler.now()).to.equal(3);
  });

  marbles('takes another age for a proof', ({ cold, expectObservable }) => {
    expectObservable(cold('o 9ms #').pipe(proveStable({ after: 10 }))).toBe('o 9ms #');
    expectObservable(cold('o 8ms #').pipe(proveStable({ after: 10 }))).toBe('o 8ms #', undefined, unstable('error'));
  });

  marbles('proves for each subscriber alone', ({ hot, cold, expectObservable }) => {
    const evidence$ = hot('--e');
    const result$ = cold(' o--#').pipe(proveStable({ evidence$ }));

    expectObservable(result$, '^   ').toBe('o--#');
    expectObservable(result$, '---^').toBe('---o--#', undefined, unstable('error'));
  });
});
