import { expect } from 'chai';
import { concatMap, of, toArray } from 'rxjs';
import { tap } from '../../lib/operators/tap.js';
import { marbles } from '../support/marbles.js';

describe('tap', () => {
  marbles('mirrors the source', ({ cold, expectObservable }) => {
    expectObservable(cold('-a-b-|').pipe(tap(() => 'other'))).toBe('-a-b-|');
    expectObservable(cold('-a-#').pipe(tap(() => 'other'))).toBe('-a-#');
  });

  marbles('fails with what is thrown', ({ cold, expectObservable }) => {
    const thrown = new Error('no');
    const fail = () => {
      throw thrown;
    };
    expectObservable(cold('-a-b').pipe(tap(fail))).toBe('-#', undefined, thrown);
  });

  it('tells of a value before it goes on', () => {
    const seen: string[] = [];
    const source$ = of('a', 'b').pipe(
      tap((value) => seen.push(value)),
      concatMap((value) => of(value, seen.join(''))),
      toArray(),
    );
    source$.subscribe({ next: (values) => seen.push(...values), error: seen.push });
    expect(seen).to.deep.equal(['a', 'b', 'a', 'a', 'b', 'ab']);
  });
});
