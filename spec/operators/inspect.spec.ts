import { expect } from 'chai';
import { fake } from 'sinon';
import { inspect } from '../../lib/operators/inspect.js';
import { marbles } from '../support/marbles.js';

describe('inspect', () => {
  marbles('calls the function with each value before it emits it', ({ cold, expectObservable, flush }) => {
    const use = fake<[string], unknown>();
    const source$ = cold('a-b-|');
    const expected = '    a-b-|';

    expectObservable(source$.pipe(inspect((value) => use(value)))).toBe(expected);
    flush();
    expect(use.args).to.deep.equal([['a'], ['b']]);
  });

  marbles('fails as the source and the function do', ({ cold, expectObservable, expectSubscriptions }) => {
    const broken = () => {
      throw new Error('broken');
    };
    const source$ = cold('a-b');

    expectObservable(cold('a-#').pipe(inspect(() => undefined))).toBe('a-#');
    expectObservable(source$.pipe(inspect(broken))).toBe('#', undefined, new Error('broken'));
    expectSubscriptions(source$.subscriptions).toBe('(^!)');
  });

  marbles('unsubscribes from the source', ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('a-b-c');

    expectObservable(source$.pipe(inspect(() => undefined)), '---!').toBe('a-b');
    expectSubscriptions(source$.subscriptions).toBe('^--!');
  });
});
