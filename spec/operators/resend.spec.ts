import { expect } from 'chai';
import { asyncScheduler, EMPTY, map, of, Subject, tap, type Observable } from 'rxjs';
import { AckTimeoutError, ConnectionLostError, NackError } from '../../lib/errors.js';
import { resend, type Resendable, type ResendOptions, type Verdict } from '../../lib/operators/resend.js';
import { marbles } from '../support/marbles.js';

interface Message extends Resendable {
  transmissions: number;
}

const message = (txn: string, transmissions = 1): Message => ({ txn, transmissions, retries: 0, settled: false });
/** Outcomes for a message: x no ack in time, A acknowledged, L acknowledged late, N nacked, l lost. */
const outcomes = (of: Message) =>
  ({
    x: { kind: 'expired', message: of },
    A: { kind: 'acknowledged', message: of, late: false },
    L: { kind: 'acknowledged', message: of, late: true },
    N: { kind: 'nacked', message: of, retryAfter: 500 },
    l: { kind: 'lost', message: of },
  }) as const;
/** r: requeued, d: dropped, a: acknowledged; what belongs to the message b in capitals. */
const shown = map(({ status, message: { txn } }: Verdict<Message>) =>
  txn === 'b' ? status.charAt(0).toUpperCase() : status.charAt(0),
);
const judged =
  (options?: ResendOptions) => (outcome$: Observable<ReturnType<typeof outcomes>['x' | 'A' | 'L' | 'N' | 'l']>) =>
    outcome$.pipe(resend<Message>(options));

describe('resend', () => {
  marbles('sends again three times, and drops at the fourth transmission without ack', (helpers) => {
    const { hot, expectObservable, expectSubscriptions, flush } = helpers;
    const a = message('a');
    const outcome$ = hot('x-x-x-x-', outcomes(a));
    const subs = '        ^-------!';
    const unsub = '       --------!';
    const expected = '    r-r-r-d-';

    expectObservable(outcome$.pipe(judged(), shown), unsub).toBe(expected);
    expectSubscriptions(outcome$.subscriptions).toBe(subs);
    flush();
    expect(a).to.include({ retries: 3, settled: true });
  });

  marbles('says at once and with its cause what to do', ({ cold, expectObservable }) => {
    const a = message('a', 4);
    const lost = new ConnectionLostError('wss://cloud/', 1006);
    const outcome$ = cold('xNlL', outcomes(a));
    const expected = '     xNlL';
    const cause = new AckTimeoutError('a', 4, 10_000);

    expectObservable(outcome$.pipe(judged({ lostCause: () => lost }))).toBe(expected, {
      x: { status: 'requeued', message: a, delay: 0, cause },
      N: { status: 'requeued', message: a, delay: 500, cause: new NackError('a', 500) },
      l: { status: 'requeued', message: a, delay: 0, cause: lost },
      L: { status: 'acknowledged', message: a, late: true },
    });
  });

  marbles('settles a message with its ack', ({ cold, expectObservable, flush }) => {
    const a = message('a');

    expectObservable(cold('x-A|', outcomes(a)).pipe(judged(), shown)).toBe('r-a|');
    flush();
    expect(a).to.include({ retries: 1, settled: true });
  });

  marbles('counts neither nacks nor lost connections as retries', ({ cold, expectObservable, flush }) => {
    const a = message('a');
    const outcome$ = cold('NlNlNlNlNlxxxNlx|', outcomes(a));
    const expected = '     rrrrrrrrrrrrrrrd|';

    expectObservable(outcome$.pipe(judged(), shown)).toBe(expected);
    flush();
    expect(a.retries).to.equal(3);
  });

  marbles('takes no nack at its word that asks for less than 500 ms again and again', ({ expectObservable }) => {
    const a = message('a');
    const asked = [0, 0.4, -1, NaN, 50, 300, 500, 0, 1e9, 0];
    const outcome$ = of(...asked.map((retryAfter) => ({ kind: 'nacked' as const, message: a, retryAfter })));
    const delays = [100, 100, 100, 200, 400, 800, 500, 3200, 1e9, 10_000];
    const delay$ = outcome$.pipe(
      resend<Message>(),
      map((verdict) => verdict.status === 'requeued' && verdict.delay),
    );

    expectObservable(delay$).toBe(
      '(abcdefghij|)',
      Object.fromEntries(delays.map((delay, n) => ['abcdefghij'[n], delay])),
    );
  });

  marbles('counts for each message alone', ({ cold, expectObservable }) => {
    const { x: X } = outcomes(message('b'));
    const outcome$ = cold('xXxXxXxX', { ...outcomes(message('a')), X });
    const expected = '     rRrRrRdD';

    expectObservable(outcome$.pipe(judged(), shown)).toBe(expected);
  });

  marbles('drops at once where no retry is allowed, and tries as often as it is told', ({ cold, expectObservable }) => {
    expectObservable(cold('x', outcomes(message('a'))).pipe(judged({ maxRetries: 0 }), shown)).toBe('d');
    expectObservable(cold('xx', outcomes(message('a'))).pipe(judged({ maxRetries: 1 }), shown)).toBe('rd');
    expectObservable(cold('xxxxxx', outcomes(message('a'))).pipe(judged({ maxRetries: 5 }), shown)).toBe('rrrrrd');
  });

  marbles('knows no cause of a lost connection unless it is told', ({ cold, expectObservable }) => {
    const a = message('a');

    expectObservable(cold('l', outcomes(a)).pipe(judged())).toBe('v', {
      v: { status: 'requeued', message: a, delay: 0, cause: undefined },
    });
  });

  marbles('has no verdict on nothing, and passes the end and the error through', ({ cold, expectObservable }) => {
    const a = outcomes(message('a'));

    expectObservable(EMPTY.pipe(judged())).toBe('|');
    expectObservable(cold('-', a).pipe(judged())).toBe('-');
    expectObservable(cold('-l-#', a).pipe(judged(), shown)).toBe('-r-#');
  });

  marbles('judges within the turn, before the next outcome', ({ expectObservable }) => {
    const { x, A } = outcomes(message('a'));

    expectObservable(of(x, x, x, A).pipe(judged(), shown)).toBe('(rrra|)');
  });

  marbles('stops with its subscriber', ({ cold, expectObservable, expectSubscriptions, flush }) => {
    const a = message('a');
    const outcome$ = cold('x--x', outcomes(a));
    const subs = '         ^-!';
    const unsub = '        --!';

    expectObservable(outcome$.pipe(judged(), shown), unsub).toBe('r');
    expectSubscriptions(outcome$.subscriptions).toBe(subs);
    flush();
    expect(a.retries).to.equal(1);
    expect(asyncScheduler.now()).to.equal(2);
  });

  marbles('has noted its verdict on the message before it tells of it', ({ expectObservable, flush }) => {
    const a = message('a');
    const { x } = outcomes(a);
    const outcome$ = new Subject<typeof x>();
    const told: unknown[] = [];
    const result$ = outcome$.pipe(
      judged(),
      tap(({ status }) => {
        told.push([status, a.retries, a.settled]);
        if (status === 'requeued') outcome$.next(x); // and the next outcome comes while it tells
      }),
    );

    expectObservable(of(0)).toBe('(0|)', [0]);
    result$.subscribe();
    outcome$.next(x);
    flush();
    expect(told).to.deep.equal([
      ['requeued', 1, false],
      ['requeued', 2, false],
      ['requeued', 3, false],
      ['dropped', 3, true],
    ]);
  });
});
