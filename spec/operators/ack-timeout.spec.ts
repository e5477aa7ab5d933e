import { expect } from 'chai';
import { asyncScheduler, EMPTY, filter, map, merge, mergeMap, NEVER, of, Subject, tap, type SchedulerLike } from 'rxjs';
import { ackTimeout, type Outcome, type Reply } from '../../lib/operators/ack-timeout.js';
import { Uplink } from '../../lib/operators/uplink.js';
import { marbles } from '../support/marbles.js';

interface Message {
  readonly txn: string;
}

const messages = { a: { txn: 'a' }, b: { txn: 'b' }, c: { txn: 'c' } };
const { a, b } = messages;
const acked = (message: Message, late = false): Outcome<Message> => ({ kind: 'acknowledged', message, late });
const nacked = (message: Message, retryAfter: number): Outcome<Message> => ({ kind: 'nacked', message, retryAfter });
const expired = (message: Message): Outcome<Message> => ({ kind: 'expired', message });
const lost = (message: Message): Outcome<Message> => ({ kind: 'lost', message });
const silent = (sentAt: number): Outcome<Message> => ({ kind: 'unconfirmed', sentAt });

const ack = (txn: string): Reply => ({ kind: 'ack', txn });
const nack = (txn: string, retryAfter: number): Reply => ({ kind: 'nack', txn, retryAfter });
const replies = {
  a: ack('a'),
  b: ack('b'),
  c: ack('c'),
  u: ack('unknown'),
  n: nack('a', 500),
  m: nack('unknown', 500),
};

describe('ackTimeout', () => {
  marbles('tells what was acknowledged, and what was not within 10 s of its write', (helpers) => {
    const { hot, expectObservable, expectSubscriptions } = helpers;
    const sent$ = hot(' ab', messages);
    const reply$ = hot('--a', replies);
    const subs = '      ^ 10001ms !';
    const unsub = '     - 10001ms !';
    const expected = '  --a 9998ms b';

    expectObservable(sent$.pipe(ackTimeout({ reply$ })), unsub).toBe(expected, { a: acked(a), b: expired(b) });
    expectSubscriptions(sent$.subscriptions).toBe(subs);
    expectSubscriptions(reply$.subscriptions).toBe(subs);
  });

  marbles('takes an ack at 10 s, and calls one late that comes after', ({ hot, expectObservable }) => {
    const sent$ = hot('   a', messages);
    const inTime$ = hot(' 10000ms a', replies);
    const late$ = hot('   10001ms a', replies);
    const inTime = '      10000ms a';
    const late = '        10000ms el';

    expectObservable(sent$.pipe(ackTimeout({ reply$: inTime$ }))).toBe(inTime, { a: acked(a) });
    expectObservable(sent$.pipe(ackTimeout({ reply$: late$ }))).toBe(late, { e: expired(a), l: acked(a, true) });
  });

  marbles('keeps the clock of each message apart', ({ hot, expectObservable }) => {
    const sent$ = hot(' a 3999ms b 3999ms c', messages);
    const reply$ = hot('4999ms a 5s c', replies); // a at 4,999 ms, c at 10 s
    const expected = '  4999ms a 5s c 3999ms b';

    expectObservable(sent$.pipe(ackTimeout({ reply$ }))).toBe(expected, {
      a: acked(a),
      b: expired(b),
      c: acked(messages.c),
    });
  });

  marbles('starts the clock anew when a message is sent again', ({ hot, expectObservable }) => {
    const sent$ = hot(' a 11999ms a', messages);
    const expected = '  10s e 11999ms e';

    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER }))).toBe(expected, { e: expired(a) });
  });

  marbles('starts the clock anew when a message is sent again before it expired', ({ hot, expectObservable }) => {
    const sent$ = hot(' ab 3998ms a', messages);
    const expected = '  10001ms f 3998ms e';

    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER }))).toBe(expected, { e: expired(a), f: expired(b) });
  });

  marbles('stops the clock at a nack, and lets an ack settle the message that waits', ({ hot, expectObservable }) => {
    const sent$ = hot(' a', messages);
    const reply$ = hot('-n 60s a', replies);
    const expected = '  -n 60s l';

    expectObservable(sent$.pipe(ackTimeout({ reply$ }))).toBe(expected, { n: nacked(a, 500), l: acked(a, true) });
  });

  marbles('ignores replies to what it does not know: unknown, doubled, a nack that comes late', (helpers) => {
    const { hot, expectObservable } = helpers;
    const sent$ = hot(' --a-------b', messages);
    const reply$ = hot('uma-uaanm--- 10s n', { ...replies, n: nack('b', 500) });
    const expected = '  --a 10007ms e';

    expectObservable(sent$.pipe(ackTimeout({ reply$ }))).toBe(expected, { a: acked(a), e: expired(b) });
  });

  marbles('settles a message once, however often its late ack comes', ({ hot, expectObservable }) => {
    const sent$ = hot(' a', messages);
    const reply$ = hot('11s aaa', replies);
    const expected = '  10s e 999ms l';

    expectObservable(sent$.pipe(ackTimeout({ reply$ }))).toBe(expected, { e: expired(a), l: acked(a, true) });
  });

  marbles('gives up what waits for an ack when the connection is lost, first sent first', (helpers) => {
    const { hot, expectObservable, flush } = helpers;
    const sent$ = hot(' ba-', messages);
    const lost$ = hot(' --x--x', messages);
    const unsub = '     ------!';
    const expected = '  --(ba)';

    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, lost$ })), unsub).toBe(expected, {
      a: lost(a),
      b: lost(b),
    });
    flush();
    expect(asyncScheduler.now()).to.equal(6);
  });

  marbles('takes an ack for a lost message for a late one', ({ hot, expectObservable }) => {
    const sent$ = hot(' a', messages);
    const lost$ = hot(' -x');
    const reply$ = hot('----a', replies);
    const expected = '  -l--a';

    expectObservable(sent$.pipe(ackTimeout({ reply$, lost$ }))).toBe(expected, { l: lost(a), a: acked(a, true) });
  });

  marbles('expires nothing on a connection that is gone, and starts anew on the next', ({ hot, expectObservable }) => {
    const sent$ = hot(' a 29998ms a', messages);
    const lost$ = hot(' - 4999ms x');
    const expected = '  - 4999ms l 34998ms e';

    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, lost$ }))).toBe(expected, { l: lost(a), e: expired(a) });
  });

  marbles('forgets a message that is not to be sent again', ({ hot, expectObservable, flush }) => {
    const sent$ = hot('  ab', messages);
    const settled$ = hot('--a 9999ms b', messages);
    const reply$ = hot(' ---a 9999ms b', replies);
    const expected = '   10001ms e';

    expectObservable(sent$.pipe(ackTimeout({ reply$, settled$ }))).toBe(expected, { e: expired(b) });
    flush();
    expect(asyncScheduler.now()).to.equal(10_003);
  });

  marbles('asks first, and drops nothing, where nothing was heard since the write', ({ hot, expectObservable }) => {
    const sent$ = hot(' a-b', messages);
    const heard$ = hot('h 12s h', messages); // in the very turn of the write says nothing of it
    const expected = '  10s s 2s (ab)';

    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, heard$ }))).toBe(expected, {
      s: silent(0),
      a: expired(a),
      b: expired(b),
    });
  });

  marbles('does not ask where something was heard since the write', ({ hot, expectObservable }) => {
    const sent$ = hot(' a', messages);
    const heard$ = hot('-h');
    const expected = '  10s e';

    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, heard$ }))).toBe(expected, { e: expired(a) });
  });

  marbles('costs no retry where the silent link turns out dead', ({ hot, expectObservable, flush }) => {
    const sent$ = hot(' ab', messages);
    const lost$ = hot(' 15s x');
    const heard$ = hot('-');
    const expected = '  10s s 4999ms (ab)';

    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, lost$, heard$ }))).toBe(expected, {
      s: silent(0),
      a: lost(a),
      b: lost(b),
    });
    flush();
    expect(asyncScheduler.now()).to.equal(15_000);
  });

  /** Notes each message with the uplink before it is sent, as the delivery does. */
  const written = (uplink: Uplink, size: number) =>
    tap<Message>(() => {
      uplink.begin();
      uplink.write(size);
    });

  marbles('is not overdue while its bytes leave, nor until what the network took had its time to arrive', (helpers) => {
    const { hot, expectObservable } = helpers;
    const uplink = new Uplink();
    // 8 kB leave each second, from the first on.
    uplink.open({
      get bufferedAmount() {
        return asyncScheduler.now() === 0 ? 0 : Math.max(0, 300_000 - asyncScheduler.now() * 8);
      },
    });
    const sent$ = hot(' a', messages);
    const heard$ = hot('-');

    // At 30 s some are left, and at 40 s none: then 35,452 ms for what may be on its way, beyond the first 16 KiB.
    expectObservable(sent$.pipe(written(uplink, 300_000), ackTimeout({ reply$: NEVER, heard$, uplink })), '2m !').toBe(
      '75452ms s',
      { s: silent(0) },
    );
  });

  marbles('is doubted as ever where no byte leaves', ({ hot, expectObservable }) => {
    const uplink = new Uplink();
    uplink.open({
      get bufferedAmount() {
        return asyncScheduler.now() === 0 ? 0 : 300_000;
      },
    });
    const sent$ = hot(' a', messages);
    const heard$ = hot('-');

    expectObservable(sent$.pipe(written(uplink, 300_000), ackTimeout({ reply$: NEVER, heard$, uplink })), '15s !').toBe(
      '10s s',
      { s: silent(0) },
    );
  });

  marbles('has 64 kbit/s to arrive where the network took all of it at once', ({ hot, expectObservable }) => {
    const uplink = new Uplink();
    uplink.open({ bufferedAmount: 0 });
    const size = 1024 * 1024;
    const sent$ = hot(' a 99s b', messages);
    const reply$ = hot('104858ms a', { a: ack('a') });
    const heard$ = hot('-');

    // 1 MiB at 10 kB/s; what was written behind it counts from then on.
    expectObservable(sent$.pipe(written(uplink, size), ackTimeout({ reply$, heard$, uplink })), '110s !').toBe(
      '104858ms a',
      { a: acked(a) },
    );
  });

  marbles('has no longer than ever where it is small', ({ hot, expectObservable }) => {
    const uplink = new Uplink();
    uplink.open({ bufferedAmount: 0 });
    const heard$ = hot('-');

    expectObservable(
      hot('a', messages).pipe(written(uplink, 10_000), ackTimeout({ reply$: NEVER, heard$, uplink })),
      '11s !',
    ).toBe('10s s', { s: silent(0) });
  });

  marbles('asks anew on the next link when that one is silent too', ({ hot, expectObservable }) => {
    const sent$ = hot(' a 19999ms a', messages);
    const lost$ = hot(' 15s x');
    const heard$ = hot('31s h');
    const expected = '  10s s 4999ms l 14999ms t 999ms e';

    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, lost$, heard$ }))).toBe(expected, {
      s: silent(0),
      l: lost(a),
      t: silent(20_000),
      e: expired(a),
    });
  });

  marbles('takes an ack that comes after the question', ({ hot, expectObservable }) => {
    const sent$ = hot(' ab', messages);
    const reply$ = hot('12s a', replies);
    const heard$ = hot('13s h');
    const expected = '  10s s 1999ms (at) 996ms b'; // b asks for itself

    expectObservable(sent$.pipe(ackTimeout({ reply$, heard$ }))).toBe(expected, {
      s: silent(0),
      a: acked(a),
      t: silent(1),
      b: expired(b),
    });
  });

  marbles('asks again for what was sent after a question that an ack has settled', (helpers) => {
    const { hot, expectObservable } = helpers;
    const sent$ = hot('   a 19999ms b', messages); // b at 20 s, onto a link that has died since
    const reply$ = hot('  12s a', replies);
    const settled$ = hot(' 12s a', messages);
    const heard$ = hot('  -');
    const lost$ = hot('   35s x');
    const acknowledged = '10s s 1999ms a 17999ms t 4999ms l';
    const forgotten = '   10s s 19999ms t 4999ms l';
    const outcomes = { s: silent(0), a: acked(a), t: silent(20_000), l: lost(b) };

    expectObservable(sent$.pipe(ackTimeout({ reply$, lost$, heard$ }))).toBe(acknowledged, outcomes);
    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, settled$, lost$, heard$ }))).toBe(forgotten, outcomes);
  });

  marbles('asks again when nothing follows a sign of life that says nothing of the message', (helpers) => {
    const { hot, expectObservable } = helpers;
    const sent$ = hot('    (ab)', messages); // the link dies at 13 s
    const reply$ = hot('   12s a', replies);
    const activity$ = hot('12s h');
    const heard$ = hot('   -');
    const lost$ = hot('    27s x');
    const replied = '      10s s 1999ms a 9999ms s 4999ms l';
    const active = '       10s s 11999ms s 4999ms (ab)';
    const outcomes = { s: silent(0), a: acked(a), l: lost(b) };

    expectObservable(sent$.pipe(ackTimeout({ reply$, heard$, lost$ }))).toBe(replied, outcomes);
    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, activity$, heard$, lost$ }))).toBe(active, {
      s: silent(0),
      a: lost(a),
      b: lost(b),
    });
  });

  marbles('begins anew where the answer to its question took longer than half the timeout', (helpers) => {
    const { hot, expectObservable } = helpers;
    const sent$ = hot('  a', messages);
    const soon$ = hot('  15s h');
    const late$ = hot('  15001ms h');
    const soon = '       10s s 4999ms e';
    const late = '       10s s 15000ms e';

    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, heard$: soon$ }))).toBe(soon, {
      s: silent(0),
      e: expired(a),
    });
    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, heard$: merge(late$, hot('20s h')) }))).toBe(late, {
      s: silent(0),
      e: expired(a),
    });
  });

  marbles('counts where its question goes unanswered for six times as long, but not in a pause', (helpers) => {
    const { hot, expectObservable } = helpers;
    const sent$ = hot('  a', { a });
    const paused$ = hot('60s t 14999ms f', { t: true, f: false });
    const unsub = '      100s !';
    const expected = '   10s s 74999ms x'; // not at 70 s, in the pause, but 10 s after it
    const options = { reply$: NEVER, heard$: NEVER };

    expectObservable(sent$.pipe(ackTimeout(options)), unsub).toBe('10s s 59999ms x', { s: silent(0), x: expired(a) });
    expectObservable(sent$.pipe(ackTimeout({ ...options, paused$ })), unsub).toBe(expected, {
      ...{ s: silent(0), x: expired(a) },
    });
    // A dead link has to be found dead before.
    expectObservable(sent$.pipe(ackTimeout({ ...options, timeout: 100 })), unsub).toBe('100ms s 59999ms x', {
      ...{ s: silent(0), x: expired(a) },
    });
  });

  marbles('takes a reply to what was sent later for a sign, and one to what was sent before for none', (helpers) => {
    const { hot, expectObservable } = helpers;
    const sent$ = hot('  abc', messages);
    const reply$ = hot(' ---a', replies);
    const later$ = hot(' ---c', replies);
    const answer$ = hot('--- 11s c', replies);
    const heard$ = NEVER;

    expectObservable(sent$.pipe(ackTimeout({ reply$, heard$ })), '30s !').toBe('---a 9997ms s', {
      a: acked(a),
      s: silent(1),
    });
    expectObservable(sent$.pipe(ackTimeout({ reply$: later$, heard$ }))).toBe('---c 9996ms ef', {
      c: acked(messages.c),
      e: expired(a),
      f: expired(b),
    });
    expectObservable(sent$.pipe(ackTimeout({ reply$: answer$, heard$ }))).toBe('10s s 1002ms (cef)', {
      s: silent(0),
      c: acked(messages.c),
      e: expired(a),
      f: expired(b),
    });
  });

  marbles('stands still while it is paused, and begins anew for all when it is not any more', (helpers) => {
    const { hot, expectObservable, flush } = helpers;
    const sent$ = hot('  ab 29998ms c', messages); // c in the middle of the pause
    const paused$ = hot('f 4999ms t 54999ms f', { t: true, f: false });
    const reply$ = hot(' 60001ms b', replies);
    const expected = '   60001ms b 9998ms (ac)';

    expectObservable(sent$.pipe(ackTimeout({ reply$, paused$ }))).toBe(expected, {
      a: expired(a),
      b: acked(b),
      c: expired(messages.c),
    });
    flush();
    expect(asyncScheduler.now()).to.equal(70_000);
  });

  marbles('counts no pong that was waited for through a pause', ({ hot, expectObservable }) => {
    const sent$ = hot('  a', messages);
    const heard$ = hot(' 30s h');
    const paused$ = hot('12s t 17s f', { t: true, f: false }); // asked at 10 s
    const expected = '   10s s 29999ms e';

    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, heard$, paused$ }))).toBe(expected, {
      s: silent(0),
      e: expired(a),
    });
  });

  marbles('waits for no end of a pause on a connection that is gone', ({ hot, expectObservable, flush }) => {
    const sent$ = hot('  a', messages);
    const paused$ = hot('-t', { t: true });
    const lost$ = hot('  20s x');
    const unsub = '      30s !';
    const expected = '   20s l';

    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, lost$, paused$ })), unsub).toBe(expected, { l: lost(a) });
    flush();
  });

  marbles('has nothing to tell of nothing', ({ cold, expectObservable, flush }) => {
    expectObservable(cold<Message>('-').pipe(ackTimeout({ reply$: NEVER })), '60m !').toBe('-');
    expectObservable(cold<Message>('--|').pipe(ackTimeout({ reply$: NEVER })), '60m !').toBe('-');
    expectObservable(EMPTY.pipe(ackTimeout<Message>({ reply$: NEVER })), '60m !').toBe('-');
    flush();
  });

  marbles('still tells what became of the last message when no further one will come', (helpers) => {
    const { cold, hot, expectObservable } = helpers;
    const sent$ = cold('(ab|)', messages);
    const reply$ = hot('----a', replies);
    const expected = '  ----a 9995ms b';

    expectObservable(sent$.pipe(ackTimeout({ reply$ }))).toBe(expected, { a: acked(a), b: expired(b) });
  });

  marbles('passes the errors of its inputs through, and its clock stops', ({ cold, hot, expectObservable, flush }) => {
    const sent$ = hot('a', messages);

    expectObservable(cold('a-#', messages).pipe(ackTimeout({ reply$: NEVER }))).toBe('--#');
    expectObservable(sent$.pipe(ackTimeout({ reply$: hot<Reply>('-#') }))).toBe('-#');
    expectObservable(sent$.pipe(ackTimeout({ reply$: NEVER, lost$: hot('-#') }))).toBe('-#');
    flush();
    expect(asyncScheduler.now()).to.equal(2);
  });

  marbles('takes its timer along when it is unsubscribed', ({ hot, expectObservable, expectSubscriptions, flush }) => {
    const sent$ = hot(' a', messages);
    const reply$ = hot<Reply>('-');
    const lost$ = hot(' -');
    const heard$ = hot('-');
    const settled$ = hot<Message>('-');
    const subs = '      ^---!';
    const unsub = '     ----!';

    expectObservable(sent$.pipe(ackTimeout({ reply$, lost$, heard$, settled$ })), unsub).toBe('-');
    for (const input$ of [sent$, reply$, heard$, settled$]) expectSubscriptions(input$.subscriptions).toBe(subs);
    flush();
    expect(asyncScheduler.now()).to.equal(4);
  });

  marbles('takes messages that come within the subscription', ({ expectObservable }) => {
    expectObservable(of(a, b).pipe(ackTimeout({ reply$: NEVER }))).toBe('10s (ab)', { a: expired(a), b: expired(b) });
  });

  marbles('takes another timeout', ({ hot, expectObservable }) => {
    expectObservable(hot('-a', messages).pipe(ackTimeout({ reply$: NEVER, timeout: 3 }))).toBe('----e', {
      e: expired(a),
    });
  });

  marbles('serves a thousand messages with one timer', ({ hot, expectObservable, flush }) => {
    let timers = 0;
    const scheduler: SchedulerLike = {
      now: () => asyncScheduler.now(),
      schedule: (...work) => {
        timers++;
        return asyncScheduler.schedule(...(work as Parameters<typeof asyncScheduler.schedule>));
      },
    };
    const many = Array.from({ length: 1000 }, (_, index) => ({ txn: String(index) }));
    const sent$ = hot('m').pipe(mergeMap(() => many));
    const count$ = sent$.pipe(
      ackTimeout({ reply$: NEVER, scheduler }),
      filter(({ kind }) => kind === 'expired'),
      map((_, index) => index),
      filter((index) => index === 999),
    );

    expectObservable(count$).toBe('10s n', { n: 999 });
    flush();
    expect(timers).to.equal(1);
  });

  marbles('keeps the clock of a message that is sent again while it tells of it', ({ hot, expectObservable }) => {
    const again$ = new Subject<Message>();
    const sent$ = hot(' a', messages);
    const unsub = '     35s !';
    const expected = '  10s e 9999ms e 9999ms e';
    const result$ = merge(sent$, again$).pipe(
      ackTimeout({ reply$: NEVER }),
      tap((outcome) => {
        if (outcome.kind === 'expired') again$.next(outcome.message);
      }),
    );

    expectObservable(result$, unsub).toBe(expected, { e: expired(a) });
  });

  marbles('keeps the clock of a message that is sent again while it tells of the loss', ({ hot, expectObservable }) => {
    const again$ = new Subject<Message>();
    const sent$ = hot(' a', messages);
    const lost$ = hot(' ---x');
    const expected = '  ---l 9999ms e';
    const result$ = merge(sent$, again$).pipe(
      ackTimeout({ reply$: NEVER, lost$ }),
      tap((outcome) => {
        if (outcome.kind === 'lost') again$.next(outcome.message);
      }),
    );

    expectObservable(result$).toBe(expected, { l: lost(a), e: expired(a) });
  });

  marbles('watches for each subscriber alone', ({ cold, hot, expectObservable }) => {
    const reply$ = hot('      -----a', replies);
    const result$ = cold('a', messages).pipe(ackTimeout({ reply$, timeout: 4 }));

    expectObservable(result$, '^').toBe('   ----ea', { e: expired(a), a: acked(a, true) });
    expectObservable(result$, '---^').toBe('-----a', { a: acked(a) });
  });
});
