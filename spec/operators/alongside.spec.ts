import { concat, defer, EMPTY, ignoreElements, NEVER, of } from 'rxjs';
import { expect } from 'chai';
import { alongside } from '../../lib/operators/alongside.js';
import { marbles } from '../support/marbles.js';

describe('alongside', () => {
  marbles('mirrors the source while the work runs', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('--x--|');
    const work$ = cold<never>('------');
    const expected = '    --x--|';

    expectObservable(source$.pipe(alongside(work$))).toBe(expected);
    expectSubscriptions(work$.subscriptions).toBe('^----!');
  });

  marbles('goes on after the end of the work', ({ cold, expectObservable }) => {
    expectObservable(cold('--x--x').pipe(alongside(cold('-|'))), '8ms !').toBe('--x--x');
    expectObservable(cold('--x--x').pipe(alongside(EMPTY)), '8ms !').toBe('    --x--x');
  });

  marbles('fails if either fails', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('--x--x');
    const work$ = cold<never>('-');

    expectObservable(source$.pipe(alongside(cold('---#')))).toBe('--x#');
    expectSubscriptions(source$.subscriptions).toBe('             ^--!');
    expectObservable(cold('--x#').pipe(alongside(work$))).toBe('  --x#');
    expectSubscriptions(work$.subscriptions).toBe('               ^--!');
  });

  it('begins the work before it subscribes to the source', () => {
    const begun: string[] = [];
    const noting = (name: string) =>
      defer(() => {
        begun.push(name);
        return NEVER;
      });
    const work$ = concat(of(0).pipe(ignoreElements()), noting('work'));

    noting('source').pipe(alongside(work$)).subscribe().unsubscribe();
    expect(begun).to.deep.equal(['work', 'source']);
  });
});
