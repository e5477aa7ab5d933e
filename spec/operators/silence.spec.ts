import { expect } from 'chai';
import { asyncScheduler, timer } from 'rxjs';
import { silence, type LifeSign } from '../../lib/operators/silence.js';
import { marbles } from '../support/marbles.js';

const signs: Readonly<Record<string, LifeSign>> = {
  a: 'alive',
  h: 'heard',
  c: 'check',
  p: 'pause',
  r: 'resume',
};

/** Suspects after 5 ms of silence, with 3 ms of grace; what is not a sign of another kind is a suspicion. */
const watch = (suspicions: unknown[] = [], suspectAfter: () => number | undefined = () => 5) =>
  silence<string>({
    read: (signal) => signs[signal] ?? 'suspect',
    suspectAfter,
    onSuspicion: (suspicion) => suspicions.push(suspicion),
    grace: () => timer(3, asyncScheduler),
    dead: (suspicion) => new Error(suspicion),
    scheduler: asyncScheduler,
  });
const dead = new Error('silence');

describe('silence', () => {
  marbles(
    'fails after the silence and the grace, and says why',
    ({ cold, hot, expectObservable, expectSubscriptions }) => {
      const signal$ = hot('a---a');
      const subs = '       ^-----------!';
      const expected = '   ------------#';

      expectObservable(signal$.pipe(watch())).toBe(expected, undefined, dead);
      expectSubscriptions(signal$.subscriptions).toBe(subs);
      expectObservable(cold('-').pipe(watch())).toBe('--------#', undefined, dead);
    },
  );

  marbles('never emits while there are signs of life', ({ hot, expectObservable }) => {
    expectObservable(hot('a---a----a----h---a').pipe(watch()), '20ms !').toBe('-');
  });

  marbles('is over with a sign of life, not with one that ends no suspicion', ({ hot, expectObservable, flush }) => {
    const suspicions: unknown[] = [];
    const deaf: unknown[] = [];

    expectObservable(hot('a------a').pipe(watch(suspicions)), '11ms !').toBe('-');
    expectObservable(hot('a------h').pipe(watch(deaf))).toBe('--------#', undefined, dead);
    flush();
    expect(suspicions).to.deep.equal(['silence', undefined]);
    expect(deaf).to.deep.equal(['silence']);
  });

  marbles('suspects at once at a signal that says so, and only once', ({ hot, expectObservable, flush }) => {
    const suspicions: unknown[] = [];

    expectObservable(hot('a-s-t').pipe(watch(suspicions))).toBe('-----#', undefined, new Error('s'));
    flush();
    expect(suspicions).to.deep.equal(['s']);
  });

  marbles('repeats its suspicion at a check, and measures the silence again', ({ hot, expectObservable, flush }) => {
    const suspicions: unknown[] = [];

    expectObservable(hot('a--c---c').pipe(watch(suspicions))).toBe('--------#', undefined, dead);
    flush();
    expect(suspicions).to.deep.equal(['silence', 'silence']);
  });

  marbles('expects nothing during a pause', ({ hot, expectObservable, flush }) => {
    const suspicions: unknown[] = [];

    expectObservable(hot('a--p--a-s----r').pipe(watch(suspicions))).toBe('-------------- 7ms #', undefined, dead);
    flush();
    expect(suspicions).to.deep.equal(['silence']);
  });

  marbles('suspects no silence as long as none is suspicious', ({ hot, expectObservable }) => {
    let limit: number | undefined;
    const learn = () => {
      limit = asyncScheduler.now() > 10 ? 5 : undefined;
      return limit;
    };

    expectObservable(hot('a 19ms a').pipe(watch([], learn)), '60m !').toBe('28ms #', undefined, dead);
  });

  marbles('passes an error through, and takes its timers along', ({ cold, expectObservable, flush }) => {
    expectObservable(cold('--#').pipe(watch())).toBe('--#');
    expectObservable(cold('-').pipe(watch()), '3ms !').toBe('-');
    flush();
    expect(asyncScheduler.now()).to.equal(3);
  });
});
