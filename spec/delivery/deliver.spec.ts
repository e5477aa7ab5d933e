import { expect } from 'chai';
import { asyncScheduler, concat, delay, filter, map, NEVER, of, shareReplay, startWith, Subject } from 'rxjs';
import { fake } from 'sinon';
import { deliver, type DeliverOptions, type DeliveryStep } from '../../lib/delivery/deliver.js';
import { AckTimeoutError, ConnectionLostError, NackError } from '../../lib/errors.js';
import type { Reply } from '../../lib/operators/ack-timeout.js';
import { OutgoingMessage } from '../../lib/delivery/outgoing-message.js';
import type { Socket } from '../../lib/transport/types.js';
import { marbles } from '../support/marbles.js';
import { stubSocket } from '../support/stub-transport.js';

const message = (txn: string, expectAck = true) =>
  new OutgoingMessage(txn, 'alerts', txn.toLowerCase().charCodeAt(0), txn, 1, expectAck);
/** Messages by their txns; those in capitals expect no ack. */
const messages = (txns: string) =>
  Object.fromEntries(Array.from(txns, (txn) => [txn, message(txn, txn === txn.toLowerCase())]));
const ack = (txn: string): Reply => ({ kind: 'ack', txn });
const nack = (txn: string, retryAfter: number): Reply => ({ kind: 'nack', txn, retryAfter });
const replies = { a: ack('a'), b: ack('b'), c: ack('c'), d: ack('d'), u: ack('unknown'), v: nack('unknown', 0) };
const lost = new ConnectionLostError('wss://a.example/', 1006);

/** An open socket, and what is written to it. */
const open = (members: Partial<Socket> = {}) => {
  const written$ = new Subject<string>();
  const send = (frame: string) => {
    written$.next(frame);
  };
  return { o: stubSocket({ send, ...members }), written$ };
};
const options = (given: Pick<DeliverOptions, 'socket$'> & Partial<DeliverOptions>): DeliverOptions => ({
  reply$: NEVER,
  maxInFlight: 256,
  ackTimeout: 10_000,
  maxRetries: 3,
  scheduler: asyncScheduler,
  lostCause: () => lost,
  onSilence: () => undefined,
  ...given,
  socket$: given.socket$.pipe(shareReplay({ bufferSize: 1, refCount: true })),
});
/** The first letter of the status, in capitals for the message b. */
const shown = map(({ message: { txn }, status }: DeliveryStep<OutgoingMessage>) =>
  txn === 'b' ? status.charAt(0).toUpperCase() : status.charAt(0),
);

describe('deliver', () => {
  marbles('holds a message while there is no socket, writes it to the next, and is done with its ack', (helpers) => {
    const { hot, expectObservable } = helpers;
    const { o, written$ } = open();
    const message$ = hot('-a------', messages('a'));
    const socket$ = hot(' x--o----', { x: undefined, o });
    const reply$ = hot('  ------a-', replies);
    const written = '     ---a----';
    const unsub = '       1m !';
    const expected = '    ---s--a-';

    expectObservable(written$).toBe(written);
    expectObservable(message$.pipe(deliver(options({ socket$, reply$ })), shown), unsub).toBe(expected);
  });

  marbles('writes the same text at 0, 10, 20 and 30 s when no ack comes, and drops it at 40 s', (helpers) => {
    const { hot, expectObservable, flush } = helpers;
    const { o, written$ } = open({ activity$: hot('5s p 9999ms p 9999ms p 9999ms p', { p: 'pong' }) });
    const all = messages('a');
    const socket$ = hot(' o', { o });
    const written = '     a 9999ms a 9999ms a 9999ms a';
    const unsub = '       2m !';
    const expected = '    s 9999ms (rs) 9996ms (rs) 9996ms (rs) 9996ms d';

    expectObservable(written$).toBe(written);
    expectObservable(hot('a', all).pipe(deliver(options({ socket$ })), shown), unsub).toBe(expected);
    flush();
    expect(all['a']).to.include({ transmissions: 4, retries: 3 });
  });

  marbles('gives the cause of each step', ({ hot, expectObservable }) => {
    const { o } = open({ activity$: hot('5s p', { p: 'pong' }) });
    const all = messages('a');
    const socket$ = hot(' o 19999ms x o', { o, x: undefined });
    const reply$ = hot('  12s n', { n: nack('a', 500) });
    const report$ = hot('a', all).pipe(
      deliver(options({ socket$, reply$ })),
      map(({ cause }) => cause),
    );
    const values = {
      '-': undefined,
      s: undefined,
      t: new AckTimeoutError('a', 1, 10_000),
      n: new NackError('a', 500),
      l: lost,
    };

    expectObservable(report$, '20002ms !').toBe('s 9999ms (ts) 1996ms n 499ms s 7499ms ls', values);
  });

  marbles('stops the clock while there is no socket, and counts no lost connection as a retry', (helpers) => {
    const { hot, expectObservable, flush } = helpers;
    const { o, written$ } = open();
    const all = messages('a');
    const socket$ = hot(' o 8999ms x 59m o 8999ms x 59m o', { o, x: undefined });
    const unsub = '       119m !';
    const written = '     a 8999ms - 59m a 8999ms - 59m a';

    expectObservable(written$).toBe(written);
    expectObservable(hot('a', all).pipe(deliver(options({ socket$ })), shown), unsub).toBe(
      's 8999ms r 59m s 8999ms r 59m s',
    );
    flush();
    expect(all['a']).to.include({ transmissions: 3, retries: 0 });
  });

  marbles('sends what was lost first and in its first order on the next socket, then the newer', (helpers) => {
    const { hot, expectObservable } = helpers;
    const [first, next] = [open(), open()];
    const message$ = hot('cab------------d', messages('abcd')); // c is the youngest of three
    const socket$ = hot(' o---------x---------O', { o: first.o, x: undefined, O: next.o });
    const reply$ = hot('  ---b', replies);
    const unsub = '       30ms !';
    const expected = '    ssSA------(rr)------(sss)';

    expectObservable(first.written$).toBe('cab');
    expectObservable(next.written$).toBe('--------------------(acd)');
    expectObservable(message$.pipe(deliver(options({ socket$, reply$ })), shown), unsub).toBe(expected);
  });

  marbles('sends a nacked message again after its retryAfter, as often as it is nacked', (helpers) => {
    const { hot, expectObservable, flush } = helpers;
    const { o, written$ } = open();
    const all = messages('a');
    const socket$ = hot(' o', { o });
    const n = nack('a', 500);
    const reply$ = hot('  -n 500ms n 500ms n 500ms n 500ms n 500ms a', { n, a: ack('a') });
    const written = '     a 500ms a 500ms a 500ms a 500ms a 500ms a';
    const unsub = '       1m !';
    const expected = '    sr 499ms sr 499ms sr 499ms sr 499ms sr 499ms sa';

    expectObservable(written$).toBe(written);
    expectObservable(hot('a', all).pipe(deliver(options({ socket$, reply$ })), shown), unsub).toBe(expected);
    flush();
    expect(all['a']).to.include({ transmissions: 6, retries: 0 });
  });

  marbles('sends what is nacked without a wait less and less often', ({ hot, expectObservable }) => {
    const { o, written$ } = open();
    const socket$ = hot(' o', { o });
    const reply$ = written$.pipe(
      delay(1),
      map(() => nack('a', 0)),
    );
    const written = '     a 100ms a 100ms a 100ms a 200ms a 400ms a 800ms a 1600ms a 3200ms a 6400ms a 10s a 10s a';

    expectObservable(written$).toBe(written);
    expectObservable(
      hot('a', messages('a')).pipe(
        deliver(options({ socket$, reply$ })),
        filter(() => false),
      ),
      '35s !',
    ).toBe('');
  });

  marbles('lets newer messages pass one that waits for its retryAfter', ({ hot, expectObservable }) => {
    const { o, written$ } = open();
    const message$ = hot('a-b-c', messages('abc'));
    const socket$ = hot(' o', { o });
    const reply$ = hot('  -n', { n: nack('a', 500) });

    expectObservable(written$).toBe('a-b-c 496ms a');
    expectObservable(message$.pipe(deliver(options({ socket$, reply$ })), shown), '1s !').toBe('srS-s 496ms s');
  });

  marbles('is done with a late ack for a message that waits for its retryAfter', ({ hot, expectObservable }) => {
    const { o, written$ } = open();
    const socket$ = hot(' o', { o });
    const reply$ = hot('  -n----a', { n: nack('a', 500), a: ack('a') });

    expectObservable(written$).toBe('a');
    expectObservable(hot('a', messages('a')).pipe(deliver(options({ socket$, reply$ })), shown), '1m !').toBe(
      'sr----a',
    );
  });

  marbles('is done with a late ack for a message that waits for a socket', ({ hot, expectObservable }) => {
    const { o, written$ } = open();
    const socket$ = hot(' o-x-----o', { o, x: undefined });
    const reply$ = hot('  -----a', replies);

    expectObservable(written$).toBe('a');
    expectObservable(hot('a', messages('a')).pipe(deliver(options({ socket$, reply$ })), shown), '1m !').toBe('s-r--a');
  });

  marbles('ignores acks and nacks of messages it does not know, or no longer knows', ({ hot, expectObservable }) => {
    const { o, written$ } = open();
    const socket$ = hot(' o', { o });
    const reply$ = hot('  -uvauva', replies);

    expectObservable(written$).toBe('a');
    expectObservable(hot('a', messages('a')).pipe(deliver(options({ socket$, reply$ })), shown), '1m !').toBe('s--a');
  });

  marbles('writes what expects no ack once, and waits for nothing', ({ hot, expectObservable }) => {
    const { o, written$ } = open();
    const message$ = hot('-AC-----', messages('AC'));
    const socket$ = hot(' x---o-x-o', { o, x: undefined });

    expectObservable(written$).toBe('----(AC)');
    expectObservable(message$.pipe(deliver(options({ socket$ })), shown), '1m !').toBe('----(ss)');
  });

  marbles('has as many messages in flight as maxInFlight allows, and no more', ({ hot, expectObservable }) => {
    const { o, written$ } = open();
    const message$ = hot('(abcd)', messages('abcd'));
    const socket$ = hot(' o', { o });
    const reply$ = hot('  ----------b---------a---------c---------d', replies);
    const written = '     (ab)------c---------d';
    const unsub = '       1s !';
    const expected = '    (sS)------(As)------(as)------a---------a';

    expectObservable(written$).toBe(written);
    expectObservable(message$.pipe(deliver(options({ socket$, reply$, maxInFlight: 2 })), shown), unsub).toBe(expected);
  });

  marbles('gives the place of a message to one other, however late its ack comes', ({ hot, expectObservable }) => {
    const { o, written$ } = open();
    const message$ = hot('(abcd)', messages('abcd'));
    const socket$ = hot(' o', { o });
    const reply$ = hot('  ----------n---a-----b', { ...replies, n: nack('a', 500) });
    const written = '     a---------b---------c';

    expectObservable(written$).toBe(written);
    expectObservable(message$.pipe(deliver(options({ socket$, reply$, maxInFlight: 1 })), shown), '1s !').toBe(
      's---------(rS)a-----(As)',
    );
  });

  marbles('says nothing of an ack that comes for a dropped message', ({ hot, expectObservable }) => {
    const { o } = open({ activity$: hot('5s p', { p: 'pong' }) });
    const socket$ = hot(' o', { o });
    const reply$ = hot('  11s a', replies);

    expectObservable(
      hot('a', messages('a')).pipe(deliver(options({ socket$, reply$, maxRetries: 0 })), shown),
      '1m !',
    ).toBe('s 9999ms d');
  });

  marbles('pauses while more than 1 MiB is unsent, and goes on when that has drained', ({ hot, expectObservable }) => {
    let bufferedAmount = 1024 * 1024 + 1;
    const { o, written$ } = open({ drain$: hot('----d').pipe(map(() => (bufferedAmount = 0))) });
    const socket = Object.defineProperty(o, 'bufferedAmount', { get: () => bufferedAmount });
    const socket$ = hot(' o', { o: socket });

    expectObservable(written$).toBe('----(ab)');
    expectObservable(hot('ab', messages('ab')).pipe(deliver(options({ socket$ })), shown), '9ms !').toBe('----(sS)');
  });

  marbles('tells messages apart: each has its own clock and its own retries', ({ hot, expectObservable, flush }) => {
    const { o, written$ } = open({ activity$: hot('6s p 9999ms p', { p: 'pong' }) });
    const all = messages('ab');
    const message$ = hot('a 4999ms b', all);
    const socket$ = hot(' o', { o });
    const reply$ = hot('  16s b', replies);
    const written = '     a 4999ms b 4999ms a 4999ms b';

    expectObservable(written$).toBe(written);
    expectObservable(message$.pipe(deliver(options({ socket$, reply$ })), shown), '19s !').toBe(
      's 4999ms S 4999ms (rs) 4996ms (RS) 996ms A',
    );
    flush();
    expect([all['a'], all['b']].map((one) => one?.retries)).to.deep.equal([1, 1]);
  });

  marbles('doubts a link on which nothing shows that the write was read, and counts no retry', (helpers) => {
    const { hot, expectObservable, flush } = helpers;
    const onSilence = fake();
    const { o, written$ } = open();
    const all = messages('a');
    const socket$ = hot(' o 14999ms x o', { o, x: undefined });
    const unsub = '       16s !';
    const expected = '    s 14999ms rs';

    expectObservable(written$).toBe('a 15000ms a');
    expectObservable(hot('a', all).pipe(deliver(options({ socket$, onSilence })), shown), unsub).toBe(expected);
    flush();
    expect(onSilence.callCount).to.equal(1);
    expect(all['a']).to.include({ transmissions: 2, retries: 0 });
  });

  marbles('counts the retry when the doubted link was read after all', ({ hot, expectObservable, flush }) => {
    const onSilence = fake();
    const { o } = open({ activity$: hot('11s p', { p: 'pong' }) });
    const all = messages('a');
    const socket$ = concat(of(o), NEVER);

    expectObservable(hot('a', all).pipe(deliver(options({ socket$, onSilence })), shown), '12s !').toBe(
      's 10999ms (rs)',
    );
    flush();
    expect(onSilence.callCount).to.equal(1);
    expect(all['a']).to.include({ transmissions: 2, retries: 1 });
  });

  marbles('writes no copies to a link that pings and reads nothing, and begins anew once it reads', (helpers) => {
    const { hot, expectObservable, flush } = helpers;
    const onSilence = fake();
    const { o, written$ } = open({ activity$: hot('5s b 9999ms b 44999ms p', { b: 'ping', p: 'pong' }) });
    const all = messages('ab');
    const message$ = hot('ab', all);
    const socket$ = concat(of(o), NEVER);
    const reply$ = hot('  60010ms a', replies);
    const written = '     ab 69998ms b';
    const unsub = '       75s !';
    const expected = '    sS 60008ms a 9989ms (RS)';

    expectObservable(written$).toBe(written);
    expectObservable(message$.pipe(deliver(options({ socket$, reply$, onSilence })), shown), unsub).toBe(expected);
    flush();
    expect(onSilence.callCount).to.equal(2); // again 10 s after the last ping
    expect(all['b']).to.include({ transmissions: 2, retries: 1 });
  });

  marbles('takes the ack of a later message for a sign that the earlier was read', ({ hot, expectObservable }) => {
    const onSilence = fake();
    const { o } = open();
    const socket$ = concat(of(o), NEVER);
    const reply$ = hot('  --b', replies);

    expectObservable(
      hot('ab', messages('ab')).pipe(deliver(options({ socket$, reply$, onSilence })), shown),
      '11s !',
    ).toBe('sSA 9997ms (rs)');
  });

  marbles('lets no ack timeout count while the socket is paused, and begins anew afterwards', (helpers) => {
    const { hot, expectObservable, flush } = helpers;
    const onSilence = fake();
    const { o, written$ } = open({ pause: () => undefined, activity$: hot('61s p', { p: 'pong' }) });
    const all = messages('ab');
    const message$ = hot('a 19999ms b', all);
    const socket$ = concat(of(o), NEVER);
    const paused$ = hot(' 5s t 54999ms f', { t: true, f: false }).pipe(
      startWith(false),
      shareReplay({ bufferSize: 1, refCount: true }),
    );
    const written = '     a 19999ms b 49999ms (ab)';
    const unsub = '       70002ms !';
    const expected = '    s 19999ms S 49999ms (rRsS)';

    expectObservable(written$).toBe(written);
    expectObservable(message$.pipe(deliver(options({ socket$, paused$, onSilence })), shown), unsub).toBe(expected);
    flush();
    expect(onSilence.callCount).to.equal(0);
    expect(all['a']).to.include({ transmissions: 2, retries: 1 });
  });

  marbles('goes on judging a socket that cannot be paused', ({ hot, expectObservable }) => {
    const { o } = open({ activity$: hot('5s p', { p: 'pong' }) });
    const socket$ = concat(of(o), NEVER);

    expectObservable(
      hot('a', messages('a')).pipe(deliver(options({ socket$, paused$: of(true) })), shown),
      '11s !',
    ).toBe('s 9999ms (rs)');
  });

  marbles('takes times and numbers from its options', ({ hot, expectObservable }) => {
    const { o } = open({ activity$: hot('--p--p', { p: 'pong' }) });
    const given = { ackTimeout: 10, maxRetries: 0 };

    expectObservable(
      hot('a', messages('a')).pipe(deliver(options({ socket$: hot('o', { o }), ...given })), shown),
      '1s !',
    ).toBe('s 9ms d');
  });

  marbles('leaves no timer behind when it is ended', ({ hot, expectObservable, expectSubscriptions, flush }) => {
    const { o } = open();
    const message$ = hot('ab', messages('ab'));
    const socket$ = hot(' o', { o });
    const reply$ = hot('  --n', { n: nack('a', 600_000) });

    expectObservable(message$.pipe(deliver(options({ socket$, reply$ })), shown), '5ms !').toBe('sSr');
    expectSubscriptions(message$.subscriptions).toBe('^----!');
    flush();
    expect(asyncScheduler.now()).to.equal(5);
  });
});
