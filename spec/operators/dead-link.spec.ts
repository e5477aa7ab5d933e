import { expect } from 'chai';
import { asyncScheduler, EMPTY, NEVER, of, Subject, throwError, type Observable } from 'rxjs';
import { fake } from 'sinon';
import { DeadLinkError } from '../../lib/errors.js';
import { deadLink } from '../../lib/operators/dead-link.js';
import { marbles } from '../support/marbles.js';

describe('deadLink', () => {
  const values = { p: 'ping', b: 'bytes' } as const;
  const dead = new DeadLinkError('wss://cloud/', 'no sign of life within 5000 ms of a ping');
  const linkWith = (activity$: Observable<'ping' | 'bytes'>) => {
    const pings: number[] = [];
    const ping = () => {
      pings.push(asyncScheduler.now());
    };
    return { link: { url: 'wss://cloud/', activity$, ping }, pings };
  };

  marbles('fails 2.5 ping intervals after the last byte and 5 s after its own ping', (helpers) => {
    const { hot, expectObservable, expectSubscriptions, flush } = helpers;
    const pings$ = hot('  p 999ms  p', values);
    const subs = '        ^ 8499ms !';
    const expected = '    8500ms #';
    const { link, pings } = linkWith(pings$);

    expectObservable(deadLink(link)).toBe(expected, {}, dead);
    expectSubscriptions(pings$.subscriptions).toBe(subs);
    flush();
    expect(pings).to.deep.equal([3500]);
  });

  marbles('lives on while bytes of any kind keep coming, and asks nothing', ({ hot, expectObservable, flush }) => {
    const activity$ = hot('p 999ms p 2498ms b 2498ms b 2498ms p', values);
    const unsub = '        10500ms !';
    const { link, pings } = linkWith(activity$);

    expectObservable(deadLink(link), unsub).toBe('-');
    flush();
    expect(pings).to.deep.equal([]);
  });

  marbles('asks once and lives on when an answer comes', ({ hot, expectObservable, flush }) => {
    const activity$ = hot('p 999ms p 5s b', values);
    const unsub = '        8500ms !';
    const { link, pings } = linkWith(activity$);

    expectObservable(deadLink(link), unsub).toBe('-'); // the answer came 2.5 s after the question
    flush();
    expect(pings).to.deep.equal([3500]);
  });

  marbles('asks again after further silence', ({ hot, expectObservable, flush }) => {
    const activity$ = hot('p 999ms p 4s b', values);
    const expected = '     12501ms #'; // heard at 5001 ms
    const { link, pings } = linkWith(activity$);

    expectObservable(deadLink(link)).toBe(expected, {}, dead);
    flush();
    expect(pings).to.deep.equal([3500, 7501]);
  });

  marbles('takes an answer in the very last moment', ({ hot, expectObservable }) => {
    const inTime$ = hot('p 999ms p 7499ms b', values); // at 8,500 ms
    const late$ = hot('  p 999ms p 7500ms b', values);

    expectObservable(deadLink(linkWith(inTime$).link), '9s !').toBe('-');
    expectObservable(deadLink(linkWith(late$).link), '9s !').toBe('8500ms #', {}, dead);
  });

  marbles('knows no silence before it has heard two pings', ({ hot, expectObservable, flush }) => {
    const activity$ = hot('p 10s b', values);
    const unsub = '        60m !';
    const { link, pings } = linkWith(activity$);

    expectObservable(deadLink(link), unsub).toBe('-');
    flush();
    expect(pings).to.deep.equal([]);
  });

  marbles('goes by the median of the last three intervals', ({ hot, expectObservable }) => {
    const late$ = hot('   p 999ms p 999ms p 1999ms p', values); // 1, 1 and 2 s: one late ping says nothing,
    const slow$ = hot('   p 999ms p 999ms p 1999ms p 1999ms p', values); // 1, 2 and 2 s: two do
    const late = '        11500ms #';
    const slow = '        16s #';

    expectObservable(deadLink(linkWith(late$).link)).toBe(late, {}, dead);
    expectObservable(deadLink(linkWith(slow$).link)).toBe(slow, {}, dead);
  });

  marbles('learns nothing from pings less than 250 ms apart', ({ hot, expectObservable }) => {
    const bunched$ = hot('p 248ms p', values); // by a stall
    const apart$ = hot('  p 249ms p', values);
    const apart = '       5875ms #'; // 250 + 2.5 × 250 + 5,000

    expectObservable(deadLink(linkWith(bunched$).link), '60m !').toBe('-');
    expectObservable(deadLink(linkWith(apart$).link)).toBe(apart, {}, dead);
  });

  marbles('goes by the interval of an earlier link until it has learned its own', ({ hot, expectObservable }) => {
    const silent$ = hot(' -', values);
    const pings$ = hot('  p 1999ms p', values);
    const silent = '      7500ms #';
    const learned = '     12s #';

    expectObservable(deadLink(linkWith(silent$).link, { pingInterval: 1000 })).toBe(silent, {}, dead);
    expectObservable(deadLink(linkWith(pings$).link, { pingInterval: 1000 })).toBe(learned, {}, dead);
  });

  marbles('tells of the interval as it learns it', ({ hot, expectObservable, flush }) => {
    const pings$ = hot('  p 999ms p 1999ms p 2999ms p', values);
    const unsub = '       6001ms !';
    const onInterval = fake();

    expectObservable(deadLink(linkWith(pings$).link, { onInterval, pingInterval: 700 }), unsub).toBe('-');
    flush();
    expect(onInterval.args.flat()).to.deep.equal([1000, 1000, 2000]);
  });

  marbles('asks at once when it is told to suspect', ({ hot, expectObservable, expectSubscriptions, flush }) => {
    const suspicion$ = hot('  -d');
    const suspicionSubs = '   ^ 5s !';
    const expected = '    - 5s #';
    const { link, pings } = linkWith(NEVER);

    expectObservable(deadLink(link, { suspicion$ })).toBe(expected, {}, dead);
    expectSubscriptions(suspicion$.subscriptions).toBe(suspicionSubs);
    flush();
    expect(pings).to.deep.equal([1]);
  });

  marbles('cuts a dead link off, and no other', ({ hot, expectObservable, flush }) => {
    const suspicion$ = hot('- d');
    const [cut, kept] = [fake(), fake()];
    const dying = { ...linkWith(NEVER).link, abandon: cut };
    const living = { ...linkWith(hot('2s b', values)).link, abandon: kept };

    expectObservable(deadLink(dying, { suspicion$ })).toBe('- 5s #', {}, dead);
    expectObservable(deadLink(living, { suspicion$ }), '9s !').toBe('-');
    flush();
    expect([cut.callCount, kept.callCount]).to.deep.equal([1, 0]);
  });

  marbles('does not ask twice while it waits for an answer', ({ hot, expectObservable, flush }) => {
    const suspicion$ = hot('  d 4s d 4s d', values);
    const activity$ = hot('- 4500ms b', values);
    const expected = '    13002ms #'; // answered at 4,501 ms; asked again by the third suspicion, at 8,002 ms
    const { link, pings } = linkWith(activity$);

    expectObservable(deadLink(link, { suspicion$ })).toBe(expected, {}, dead);
    flush();
    expect(pings).to.deep.equal([0, 8002]);
  });

  marbles('takes other numbers', ({ hot, expectObservable, flush }) => {
    const pings$ = hot('  p 999ms p', values);
    const expected = '    3s #';
    const { link, pings } = linkWith(pings$);

    expectObservable(deadLink(link, { silenceFactor: 1.5, pongTimeout: 500 })).toBe(
      expected,
      {},
      new DeadLinkError('wss://cloud/', 'no sign of life within 500 ms of a ping'),
    );
    flush();
    expect(pings).to.deep.equal([2500]);
  });

  marbles('passes an error of the link through', ({ hot, expectObservable }) => {
    expectObservable(deadLink(linkWith(hot('p-p-#', values)).link)).toBe('----#');
    expectObservable(deadLink(linkWith(throwError(() => new Error('lost'))).link)).toBe('#', {}, new Error('lost'));
    expectObservable(deadLink(linkWith(NEVER).link, { suspicion$: hot('-#') })).toBe('-#');
  });

  marbles('says nothing of a link that says nothing, or too little', ({ expectObservable }) => {
    expectObservable(deadLink(linkWith(NEVER).link), '60m !').toBe('-');
    expectObservable(deadLink(linkWith(EMPTY).link), '60m !').toBe('-');
    expectObservable(deadLink(linkWith(of('ping' as const, 'bytes' as const)).link), '60m !').toBe('-');
  });

  marbles('takes its timers along when it is unsubscribed', (helpers) => {
    const { hot, expectObservable, expectSubscriptions, flush } = helpers;
    const pings$ = hot('  p 999ms p', values);
    const suspicion$ = hot('  -');
    const subs = '        ^ 3999ms !';
    const unsub = '       4s !'; // 500 ms after its ping
    const { link, pings } = linkWith(pings$);

    expectObservable(deadLink(link, { suspicion$ }), unsub).toBe('-');
    expectSubscriptions(pings$.subscriptions).toBe(subs);
    expectSubscriptions(suspicion$.subscriptions).toBe(subs);
    flush();
    expect(asyncScheduler.now()).to.equal(4000);
    expect(pings).to.deep.equal([3500]);
  });

  marbles('takes an answer that comes while the ping is being written', ({ hot, expectObservable, flush }) => {
    const activity$ = new Subject<'ping' | 'bytes'>();
    const suspicion$ = hot('  -d');
    const unsub = '       10s !';
    const ping = fake(() => {
      activity$.next('bytes');
    });

    expectObservable(deadLink({ url: 'wss://cloud/', activity$, ping }, { suspicion$ }), unsub).toBe('-');
    flush();
    expect(ping.callCount).to.equal(1);
  });

  marbles(
    'takes bytes that still leave for a sign of life: the ping may be behind them',
    ({ hot, expectObservable }) => {
      const suspicion$ = hot('-d');
      const link = {
        ...linkWith(NEVER).link,
        get bufferedAmount() {
          return Math.max(0, 200_000 - asyncScheduler.now() * 10);
        },
      };

      // At 20 s all have left, which is seen at 20,001 ms.
      expectObservable(deadLink(link, { suspicion$ })).toBe('25001ms #', {}, dead);
    },
  );

  marbles('watches two links without mixing them up', ({ hot, expectObservable }) => {
    const slow$ = hot('   p 1999ms p', values);
    const fast$ = hot('   p  499ms p', values);

    expectObservable(deadLink(linkWith(slow$).link)).toBe('12s #', {}, dead);
    expectObservable(deadLink(linkWith(fast$).link)).toBe('6750ms #', {}, dead);
  });
});
