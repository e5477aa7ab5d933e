import { expect } from 'chai';
import { asyncScheduler, concat, defer, EMPTY, ignoreElements, of, throwError, timer } from 'rxjs';
import { writeBatches } from '../../lib/operators/write-batches.js';
import { marbles } from '../support/marbles.js';

/** Takes `time` milliseconds for a batch, and emits its values as one text. */
const writing = (time: number) => (take: () => readonly string[]) =>
  defer(() => {
    const batch = take().join('');
    return concat(timer(time, asyncScheduler).pipe(ignoreElements()), of(batch));
  });

describe('writeBatches', () => {
  marbles('puts values that come while a batch is being written into the next one', ({ hot, expectObservable }) => {
    const source$ = hot('ab-c-d-------------');
    const expected = '   ----A---B---C------';

    expectObservable(source$.pipe(writeBatches(writing(4))), '15ms !').toBe(expected, { A: 'a', B: 'bc', C: 'd' });
  });

  marbles('writes the values of one tick together', ({ hot, expectObservable }) => {
    const source$ = hot('-----(abc)-----');
    const expected = '   -A----B';

    expectObservable(source$.pipe(writeBatches(writing(1))), '14ms !').toBe(expected, { A: '', B: 'abc' });
  });

  marbles('takes no more than so many at a time', ({ hot, expectObservable }) => {
    const source$ = hot('(abcde)--------');

    expectObservable(source$.pipe(writeBatches(writing(2), { most: 2 })), '14ms !').toBe('--A-B-C', {
      A: 'ab',
      B: 'cd',
      C: 'e',
    });
  });

  marbles('begins with an empty batch where there is no value', ({ expectObservable }) => {
    expectObservable(EMPTY.pipe(writeBatches(writing(3)))).toBe('---(A|)', { A: '' });
  });

  marbles('calls onIdle when the last batch is written', ({ hot, expectObservable, flush }) => {
    const idle: number[] = [];
    const onIdle = () => idle.push(asyncScheduler.now());
    const source$ = hot('a-b------c');

    expectObservable(source$.pipe(writeBatches(writing(3), { onIdle })), '20ms !').toBe('---A--B-----C', {
      A: 'a',
      B: 'b',
      C: 'c',
    });
    flush();
    expect(idle).to.deep.equal([6, 12]);
  });

  marbles('fails as its source or a write does', ({ cold, expectObservable }) => {
    const fail = () => throwError(() => new Error('disk'));

    expectObservable(cold('--#').pipe(writeBatches(writing(5)))).toBe('--#');
    expectObservable(cold('--a').pipe(writeBatches(fail))).toBe('#', undefined, new Error('disk'));
  });

  marbles('gives up the write when it is unsubscribed', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const write$ = cold('5ms A');
    const source$ = hot('a');

    expectObservable(source$.pipe(writeBatches(() => write$)), '--!').toBe('---');
    expectSubscriptions(write$.subscriptions).toBe('^-!');
  });
});
