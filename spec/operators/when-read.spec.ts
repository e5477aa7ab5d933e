import { NEVER, asyncScheduler, tap, type Observable } from 'rxjs';
import { whenRead } from '../../lib/operators/when-read.js';
import { marbles } from '../support/marbles.js';

const values = { u: 'unconfirmed', r: 'read', n: 'unanswered' };
const defaults = {
  sign$: NEVER,
  activity$: NEVER,
  isRead: () => false,
  isPaused: () => false,
  timeout: 3,
  patience: 10,
  scheduler: asyncScheduler,
};
/** Is true once the stream has emitted `r`. */
const known = (sign$: Observable<string>) => {
  let isRead = false;
  return { sign$: sign$.pipe(tap((sign) => (isRead ||= sign === 'r'))), isRead: () => isRead };
};

describe('whenRead', () => {
  marbles('emits unconfirmed at once, and read at the first sign that shows it', ({ hot, expectObservable }) => {
    const sign$ = hot(' --o--r--r');
    const expected = ' u----(r|)';

    expectObservable(whenRead({ ...defaults, ...known(sign$) })).toBe(expected, values);
  });

  marbles('asks again a timeout after the last sign of life of a row', ({ hot, expectObservable }) => {
    const activity$ = hot('--xx---------');
    const expected = '     u-----u---(n|)';

    expectObservable(whenRead({ ...defaults, activity$ })).toBe(expected, values);
  });

  marbles('is unanswered when its patience is over', ({ expectObservable }) => {
    expectObservable(whenRead(defaults)).toBe('u 9ms (n|)', values);
  });

  marbles('concludes nothing while it is paused', ({ hot, expectObservable }) => {
    const activity$ = hot('x');
    let checks = 0;
    const isPaused = () => ++checks < 3;

    expectObservable(whenRead({ ...defaults, activity$, isPaused })).toBe('u 12ms (n|)', values);
  });

  marbles('listens no longer than it is subscribed', ({ hot, expectObservable, expectSubscriptions }) => {
    const sign$ = hot('---');
    const activity$ = hot('---');

    expectObservable(whenRead({ ...defaults, sign$, activity$ }), '--!').toBe('u', values);
    expectSubscriptions(sign$.subscriptions).toBe('^-!');
    expectSubscriptions(activity$.subscriptions).toBe('^-!');
  });
});
