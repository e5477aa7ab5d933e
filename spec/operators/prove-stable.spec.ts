import { expect } from 'chai';
import { asyncScheduler, concat, EMPTY, NEVER, of, throwError, type Observable } from 'rxjs';
import { ConnectionClosedError, ConnectionLostError, UnstableConnectionError } from '../../lib/errors.js';
import { proveStable } from '../../lib/operators/prove-stable.js';
import { marbles } from '../support/marbles.js';

describe('proveStable', () => {
  const proof = 'p';
  const evidence = () => NEVER;
  const unstable = (cause: unknown) => new UnstableConnectionError(cause);

  marbles('adds a proof once the connection has lived for 5 s', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const source$ = cold('o 9s #');
    const subs = '        ^ 9s !';
    const expected = '    o 4999ms p 4s #';

    expectObservable(source$.pipe(proveStable({ proof, evidence }))).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
  });

  marbles('calls a connection unstable that ends before', ({ cold, expectObservable }) => {
    const source$ = cold('o-#');
    const expected = '    o-#';

    expectObservable(source$.pipe(proveStable({ proof, evidence }))).toBe(expected, undefined, unstable('error'));
  });

  marbles('draws the line at 5 s', ({ cold, expectObservable }) => {
    const before$ = cold('o 4998ms #');
    const after$ = cold(' o 5000ms #');

    expectObservable(before$.pipe(proveStable({ proof, evidence }))).toBe('o 4998ms #', undefined, unstable('error'));
    expectObservable(after$.pipe(proveStable({ proof, evidence }))).toBe(' o 4999ms p#');
  });

  marbles('takes evidence for a proof, once', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const source$ = cold('-o-----#');
    const evidence$ = hot('x--e-e--');
    const evidenceSubs = '-^-!';
    const expected = '    -o-p---#';

    expectObservable(source$.pipe(proveStable({ proof, evidence: () => evidence$ }))).toBe(expected);
    expectSubscriptions(evidence$.subscriptions).toBe(evidenceSubs);
  });

  marbles('takes evidence that is there from the start', ({ cold, expectObservable }) => {
    const source$ = cold('-o----#');
    const expected = '    -(op)-#';

    expectObservable(source$.pipe(proveStable({ proof, evidence: () => of('e') }))).toBe(expected);
  });

  marbles('takes the evidence of the connection it is about', ({ cold, hot, expectObservable }) => {
    const a$ = hot('      ----a');
    const b$ = hot('      -----b');
    const source$ = cold('-a-b');
    const expected = '    -a-b-p';
    const about = (letter: string) => (letter === 'a' ? a$ : b$);

    expectObservable(source$.pipe(proveStable({ proof, evidence: about })), '9s !').toBe(expected);
  });

  marbles('passes an error through as it is where nothing was opened', ({ cold, expectObservable }) => {
    expectObservable(cold('--#').pipe(proveStable({ proof, evidence }))).toBe('--#');
    expectObservable(throwError(() => new Error('refused')).pipe(proveStable({ proof, evidence }))).toBe(
      '#',
      undefined,
      new Error('refused'),
    );
  });

  marbles('passes the error of a connection that had proved useful through as it is', ({ cold, expectObservable }) => {
    const lost = new ConnectionLostError('wss://cloud/', 1006);
    const source$ = cold('  o--#', undefined, lost);
    const evidence$ = cold('-e');
    const expected = '      op-#';

    expectObservable(source$.pipe(proveStable({ proof, evidence: () => evidence$ }))).toBe(expected, undefined, lost);
  });

  marbles('passes what fails in the evidence through', ({ cold, expectObservable }) => {
    const source$ = cold('o');

    expectObservable(source$.pipe(proveStable({ proof, evidence: () => cold('-#') }))).toBe(
      'o#',
      undefined,
      unstable('error'),
    );
  });

  marbles('keeps the cause and its code', ({ expectObservable, flush }) => {
    const closed = new ConnectionClosedError('wss://cloud/', 1013, 'try again later');
    const errors: unknown[] = [];
    const source$ = concat(
      of('o'),
      throwError(() => closed),
    );
    const result$: Observable<string> = source$.pipe(proveStable({ proof, evidence }));

    expectObservable(result$).toBe('(o#)', undefined, unstable(closed));
    result$.subscribe({ error: (error: unknown) => errors.push(error) });
    flush();
    expect(errors[0]).to.include({ cause: closed, code: 1013 });
  });

  marbles('waits for a connection as long as it takes, and wants no proof of one that never came', (helpers) => {
    const { cold, expectObservable, flush } = helpers;

    expectObservable(cold('-').pipe(proveStable({ proof, evidence })), '60m !').toBe('-');
    expectObservable(EMPTY.pipe(proveStable({ proof, evidence }))).toBe('|');
    flush();
  });

  marbles('completes with the connection, which proves nothing any more', ({ cold, expectObservable, flush }) => {
    const source$ = cold('o-|');
    const expected = '    o-|';

    expectObservable(source$.pipe(proveStable({ proof, evidence }))).toBe(expected);
    flush();
    expect(asyncScheduler.now()).to.equal(2);
  });

  marbles('takes its timer along when it is unsubscribed', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions, flush } = helpers;
    const source$ = cold(' o');
    const evidence$ = hot('-');
    const subs = '         ^--!';
    const unsub = '        ---!';
    const expected = '     o--';

    expectObservable(source$.pipe(proveStable({ proof, evidence: () => evidence$ })), unsub).toBe(expected);
    expectSubscriptions(source$.subscriptions).toBe(subs);
    expectSubscriptions(evidence$.subscriptions).toBe(subs);
    flush();
    expect(asyncScheduler.now()).to.equal(3);
  });

  marbles('takes another age for a proof', ({ cold, expectObservable }) => {
    expectObservable(cold('o 99ms #').pipe(proveStable({ proof, evidence, after: 10 }))).toBe('o 9ms p 89ms #');
  });

  marbles('proves for each subscriber alone', ({ hot, cold, expectObservable }) => {
    const evidence$ = hot('--e');
    const result$ = cold(' o--#').pipe(proveStable({ proof, evidence: () => evidence$ }));

    expectObservable(result$, '^   ').toBe('o-p#');
    expectObservable(result$, '---^').toBe('---o--#', undefined, unstable('error'));
  });
});
