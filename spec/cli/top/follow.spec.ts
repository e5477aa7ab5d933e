import { asyncScheduler, map, of, throwError, timer, type Observable } from 'rxjs';
import { follow, type Followed } from '../../../lib/cli/top/follow.js';
import type { Totals, UnitStatus } from '../../../lib/cli/unit/status.js';
import { marbles } from '../../support/marbles.js';
import { unitStatus } from '../../support/unit-status.js';

const none: Totals = { sent: 0, acked: 0, nacked: 0, resent: 0, dropped: 0, received: 0 };
const at = (seconds: number, sent: number, pid = 7): UnitStatus =>
  unitStatus({ pid, uptime: seconds * 1000, totals: { ...none, sent } });

/** Answers with one after the other; a text is the reason why there is no answer. */
const answers = (...list: readonly (UnitStatus | string)[]) => {
  const left = [...list];
  return (): Observable<UnitStatus> => {
    const next = left.shift();
    return typeof next === 'object' ? of(next) : throwError(() => new Error(next ?? 'no more'));
  };
};

const following = (ask: () => Observable<UnitStatus>) => follow(ask, { interval: 1000, scheduler: asyncScheduler });

/** The messages sent a second, the process, and the reason why it is lost. */
const inShort = ({ status, rates, lost }: Followed): string =>
  [status?.pid ?? '-', rates?.sent ?? '-', ...(lost ? [`${lost.why} since ${lost.since}`] : [])].join(' ');

describe('follow', () => {
  marbles('has rates from the second answer on, those of the last five seconds', ({ expectObservable }) => {
    const ask = answers(at(1, 0), at(3, 20), at(5, 20), at(7, 20), at(9, 20));
    const expected = 'a 999ms b 999ms c 999ms d 999ms e';
    const values = { a: '7 -', b: '7 10', c: '7 5', d: '7 0', e: '7 0' };
    expectObservable(following(ask).pipe(map(inShort)), '4500ms !').toBe(expected, values);
  });

  marbles(
    'keeps the last status of a unit that does not answer, and goes on when it is back',
    ({ expectObservable }) => {
      const ask = answers('refused', at(1, 0), 'refused', 'no answer', at(4, 30), at(5, 32));
      const expected = 'a 999ms b 999ms c 999ms d 999ms e 999ms f';
      const values = {
        ...{ a: '- - refused since 0', b: '7 -', c: '7 - refused since 2000', d: '7 - no answer since 2000' },
        ...{ e: '7 -', f: '7 2' },
      };
      expectObservable(following(ask).pipe(map(inShort)), '5500ms !').toBe(expected, values);
    },
  );

  marbles('takes no rate across a restart, of another process or of one with the same id', ({ expectObservable }) => {
    const ask = answers(at(8, 80), at(1, 0, 8), at(2, 5, 8), at(1, 0, 8));
    const expected = 'a 999ms b 999ms c 999ms d';
    expectObservable(following(ask).pipe(map(inShort)), '3500ms !').toBe(expected, {
      ...{ a: '7 -', b: '8 -', c: '8 5', d: '8 -' },
    });
  });

  marbles('asks no second time while an answer takes long', ({ expectObservable }) => {
    const slow = () => timer(1500).pipe(map(() => at(1, 0)));
    expectObservable(following(slow).pipe(map(inShort)), '4s !').toBe('1500ms a 1999ms a', { a: '7 -' });
  });
});
