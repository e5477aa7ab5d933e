import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import { expire, type Expiring } from '../../lib/operators/expire.js';
import { marbles } from '../support/marbles.js';

interface Message extends Expiring {
  readonly name: string;
  settled: boolean;
}

const until = (name: string, expiresAt: number): Message => ({ name, expiresAt, settled: false });

describe('expire', () => {
  marbles('emits each message at its last moment', ({ hot, expectObservable }) => {
    const values = { a: until('a', 5), b: until('b', 3) };
    const source$ = hot('ab-----', values);
    const unsub = '      ------!';
    const expected = '   ---b-a-';

    expectObservable(source$.pipe(expire()), unsub).toBe(expected, values);
  });

  marbles('emits those of one moment together, in their order', ({ hot, expectObservable }) => {
    const values = { a: until('a', 5), b: until('b', 5), c: until('c', 5) };
    const source$ = hot('abc----', values);
    const unsub = '      10ms !';
    const expected = '   -----(abc)';

    expectObservable(source$.pipe(expire()), unsub).toBe(expected, values);
  });

  marbles('emits at once what is past its last moment already', ({ hot, expectObservable }) => {
    const values = { a: until('a', 1) };
    const source$ = hot('---a---', values);
    const unsub = '      ------!';
    const expected = '   ---a---';

    expectObservable(source$.pipe(expire()), unsub).toBe(expected, values);
  });

  marbles('is silent about what was settled before', ({ hot, expectObservable }) => {
    const values = { a: { ...until('a', 4), settled: true }, b: until('b', 5) };
    const source$ = hot('ab-----', values);
    const unsub = '      10ms !';
    const expected = '   -----b-';

    expectObservable(source$.pipe(expire()), unsub).toBe(expected, values);
  });

  marbles('waits for a day without effort', ({ hot, expectObservable }) => {
    const values = { a: until('a', 86_400_000) };
    const source$ = hot('a', values);
    const unsub = '      1441m !';
    const expected = '   1440m a';

    expectObservable(source$.pipe(expire()), unsub).toBe(expected, values);
  });

  marbles('completes once the source has completed and the last message has expired', ({ cold, expectObservable }) => {
    const values = { a: until('a', 3) };
    const source$ = cold('a|    ', values);
    const expected = '    ---(a|)';

    expectObservable(source$.pipe(expire())).toBe(expected, values);
  });

  marbles('emits nothing for an empty source, and nothing for one that never emits', ({ cold, expectObservable }) => {
    expectObservable(cold<Message>('|').pipe(expire())).toBe('|');
    expectObservable(cold<Message>('-').pipe(expire()), '9ms !').toBe('-');
  });

  marbles('passes on the error of the source', ({ cold, expectObservable }) => {
    expectObservable(cold('a#', { a: until('a', 5) }).pipe(expire())).toBe('-#');
  });

  marbles('leaves no timer when it is unsubscribed', ({ hot, expectObservable, flush }) => {
    const source$ = hot('a', { a: until('a', 86_400_000) });

    expectObservable(source$.pipe(expire()), '--!').toBe('-');
    flush();
    expect(asyncScheduler.now()).to.be.lessThan(86_400_000);
  });
});
