import { expect } from 'chai';
import { fake } from 'sinon';
import { consume } from '../../lib/operators/consume.js';
import { marbles } from '../support/marbles.js';

describe('consume', () => {
  marbles('emits no value, and calls the function with each', ({ cold, expectObservable, flush }) => {
    const use = fake<[string], unknown>();
    const source$ = cold('a-b-|');
    const expected = '    ----|';

    expectObservable(source$.pipe(consume((value) => use(value)))).toBe(expected);
    flush();
    expect(use.args).to.deep.equal([['a'], ['b']]);
  });

  marbles('fails as the source and the function do', ({ cold, expectObservable, expectSubscriptions }) => {
    const broken = () => {
      throw new Error('broken');
    };
    const source$ = cold('a-b');

    expectObservable(cold('a-#').pipe(consume(() => undefined))).toBe('--#');
    expectObservable(source$.pipe(consume(broken))).toBe('#', undefined, new Error('broken'));
    expectSubscriptions(source$.subscriptions).toBe('(^!)');
  });

  marbles('unsubscribes from the source', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('a-b-c');

    expectObservable(source$.pipe(consume(() => undefined)), '---!').toBe('-');
    expectSubscriptions(source$.subscriptions).toBe('^--!');
  });
});
