import { expect } from 'chai';
import {
  asyncScheduler,
  connect,
  defer,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  NEVER,
  Subject,
  tap,
  type Observable,
} from 'rxjs';
import { AckTimeoutError } from '../../lib/errors.js';
import { ackTimeout, type Outcome, type Reply } from '../../lib/operators/ack-timeout.js';
import { outgoingQueue, type WritableSocket, type Queued } from '../../lib/operators/outgoing-queue.js';
import { resend, type Resendable, type Verdict } from '../../lib/operators/resend.js';
import { retryAfter } from '../../lib/operators/retry-after.js';
import { marbles } from '../support/marbles.js';

interface Message extends Omit<Queued, 'settled'>, Resendable {
  transmissions: number;
}

interface Cloud {
  readonly writable$: Observable<WritableSocket | undefined>;
  readonly reply$: Observable<Reply>;
  readonly maxInFlight?: number;
}

const message = (txn: string): Message => ({
  txn,
  order: txn.codePointAt(0) ?? 0,
  size: 100,
  expectAck: true,
  transmissions: 0,
  retries: 0,
  settled: false,
});
const messages = (txns: string) => Object.fromEntries(Array.from(txns).map((txn) => [txn, message(txn)]));
const open: WritableSocket = { bufferedAmount: 0, drain$: NEVER };
const sockets = { o: open, x: undefined };
const ack = (txn: string): Reply => ({ kind: 'ack', txn });
const nack = (txn: string, delay: number): Reply => ({ kind: 'nack', txn, retryAfter: delay });

/** Queue, write, ack timeout and resend policy with the way back into the queue. Emits what is written. */
const written =
  ({ writable$, reply$, maxInFlight = 256 }: Cloud, verdict$ = new Subject<Verdict<Message>>()) =>
  (message$: Observable<Message>): Observable<string> =>
    defer(() =>
      message$.pipe(
        outgoingQueue({
          writable$,
          again$: verdict$.pipe(
            filter((verdict) => verdict.status === 'requeued'),
            retryAfter(),
          ),
          freed$: verdict$.pipe(filter((verdict) => verdict.status !== 'acknowledged' || !verdict.late)),
          maxInFlight,
        }),
        mergeMap((released) => released.messages),
        tap((sent) => sent.transmissions++),
        connect((sent$) =>
          merge(
            sent$.pipe(map(({ txn }) => txn)),
            sent$.pipe(
              ackTimeout({ reply$, lost$: writable$.pipe(filter((socket) => socket === undefined)) }),
              filter(
                (outcome): outcome is Exclude<Outcome<Message>, { kind: 'unconfirmed' }> =>
                  outcome.kind !== 'unconfirmed',
              ),
              resend(),
              tap(verdict$),
              ignoreElements(),
            ),
          ),
        ),
      ),
    );

describe('outgoing queue, ack timeout, resend policy and retry-after together', () => {
  marbles('send at 0, 10, 20 and 30 s what gets no ack, and drop it at 40 s', ({ hot, expectObservable, flush }) => {
    const all = messages('a');
    const message$ = hot('a', all);
    const writable$ = hot('   o', sockets);
    const unsub = '       60m !';
    const sent = '        a 9999ms a 9999ms a 9999ms a';
    const dropped = '     40s d';
    const verdict$ = new Subject<Verdict<Message>>();

    expectObservable(message$.pipe(written({ writable$, reply$: NEVER }, verdict$)), unsub).toBe(sent);
    expectObservable(verdict$.pipe(filter(({ status }) => status === 'dropped')), unsub).toBe(dropped, {
      d: { status: 'dropped', message: all['a'], cause: new AckTimeoutError('a', 4, 10_000) },
    });
    flush();
    expect(all['a']).to.include({ transmissions: 4, retries: 3, settled: true });
  });

  marbles('send once what is acknowledged within 10 s', ({ hot, expectObservable, flush }) => {
    const all = messages('ab');
    const message$ = hot('ab', all);
    const writable$ = hot('   o', sockets);
    const reply$ = hot('  ----b 9995ms a', { a: ack('a'), b: ack('b') });
    const unsub = '       60m !';
    const sent = '        ab';

    expectObservable(message$.pipe(written({ writable$, reply$ })), unsub).toBe(sent);
    flush();
    expect(all['a']).to.include({ transmissions: 1, settled: true });
    expect(all['b']).to.include({ transmissions: 1, settled: true });
  });

  marbles('send a nacked message after its retryAfter, which costs no retry', ({ hot, expectObservable, flush }) => {
    const all = messages('ab');
    const message$ = hot('ab', all);
    const writable$ = hot('   o', sockets);
    const reply$ = hot('  --nb 499ms n 501ms a', { n: nack('a', 500), a: ack('a'), b: ack('b') });
    const unsub = '       60m !';
    const sent = '        ab 500ms a 500ms a';

    expectObservable(message$.pipe(written({ writable$, reply$ })), unsub).toBe(sent);
    flush();
    expect(all['a']).to.include({ retries: 0, settled: true });
  });

  marbles('send a nacked message after ten minutes where the cloud asks for that', ({ hot, expectObservable }) => {
    const message$ = hot('a', messages('a'));
    const writable$ = hot('   o', sockets);
    const reply$ = hot('  -n 10m --a', { n: nack('a', 600_000), a: ack('a') });
    const unsub = '       60m !';
    const sent = '        a 10m a'; // at 600,001 ms

    expectObservable(message$.pipe(written({ writable$, reply$ })), unsub).toBe(sent);
  });

  marbles('send what was lost again after the reconnection, first and in its first order', (helpers) => {
    const { hot, expectObservable, flush } = helpers;
    const all = messages('abcde');
    const message$ = hot('cab-d-e', all); // c is the youngest of three
    const writable$ = hot('   o--x-----o', sockets);
    const reply$ = hot('  ---------- 5s (abcde)', {
      a: ack('a'),
      b: ack('b'),
      c: ack('c'),
      d: ack('d'),
      e: ack('e'),
    });
    const unsub = '       60m !';
    const sent = '        cab------(abcde)';

    expectObservable(message$.pipe(written({ writable$, reply$ })), unsub).toBe(sent);
    flush();
    expect(all['a']).to.include({ transmissions: 2, retries: 0, settled: true });
    expect(all['e']).to.include({ transmissions: 1, retries: 0, settled: true });
  });

  marbles('count no time offline: an outage of an hour costs no retry', ({ hot, expectObservable, flush }) => {
    const all = messages('a');
    const message$ = hot('a', all);
    const writable$ = hot('   o 8999ms x 60m o', sockets);
    const unsub = '       120m !';
    // Sent at 0 s, lost at 9 s, and from 3,609,001 ms on four times more.
    const sent = '        a 3609s a 9999ms a 9999ms a 9999ms a';

    expectObservable(message$.pipe(written({ writable$, reply$: NEVER })), unsub).toBe(sent);
    flush();
    expect(all['a']).to.include({ transmissions: 5, retries: 3, settled: true });
  });

  marbles('send no more when a late ack comes while the message waits for a socket', (helpers) => {
    const { hot, expectObservable, flush } = helpers;
    const all = messages('ab');
    const message$ = hot('ab', all);
    const writable$ = hot('   o--x------o', sockets);
    const reply$ = hot('  -----a-----b', { a: ack('a'), b: ack('b') });
    const unsub = '       60m !';
    const sent = '        ab--------b';

    expectObservable(message$.pipe(written({ writable$, reply$ })), unsub).toBe(sent);
    flush();
    expect(all['a']).to.include({ transmissions: 1, settled: true });
    expect(all['b']).to.include({ transmissions: 2, settled: true });
  });

  marbles('send no more when a late ack comes while the message waits for its retryAfter', (helpers) => {
    const { hot, expectObservable, flush } = helpers;
    const all = messages('a');
    const message$ = hot('a', all);
    const writable$ = hot('   o', sockets);
    const reply$ = hot('  -n----a', { n: nack('a', 500), a: ack('a') });
    const unsub = '       60m !';
    const sent = '        a';

    expectObservable(message$.pipe(written({ writable$, reply$ })), unsub).toBe(sent);
    flush();
    expect(all['a']).to.include({ transmissions: 1, settled: true });
  });

  marbles('let a message that goes again keep its place before newer ones while maxInFlight is reached', (helpers) => {
    const { hot, expectObservable } = helpers;
    const message$ = hot('abc', messages('abc'));
    const writable$ = hot('   o', sockets);
    const reply$ = hot('  ---n--b 10s ac', { n: nack('b', 2), a: ack('a'), b: ack('b'), c: ack('c') });
    const unsub = '       6s !';
    const sent = '        ab-c';

    // The nack frees the place of b, c takes it, and b has to wait for the next.
    expectObservable(message$.pipe(written({ writable$, reply$, maxInFlight: 2 })), unsub).toBe(sent);
  });

  marbles('give the place of a dropped message to the next, and of a late ack to none', (helpers) => {
    const { hot, expectObservable } = helpers;
    const message$ = hot('abc', messages('abc'));
    const writable$ = hot('   o', sockets);
    const unsub = '       61s !';
    const sent = '        a 9999ms a 9999ms a 9999ms a 9999ms b 9999ms b 9999ms b';

    expectObservable(message$.pipe(written({ writable$, reply$: NEVER, maxInFlight: 1 })), unsub).toBe(sent);
  });

  marbles(
    'leave no timer behind when they are unsubscribed',
    ({ hot, expectObservable, expectSubscriptions, flush }) => {
      const message$ = hot('abc', messages('abc'));
      const writable$ = hot('   o', sockets);
      const reply$ = hot('  --n', { n: nack('a', 500) });
      const subs = '        ^----!';
      const unsub = '       -----!';
      const sent = '        abc';

      expectObservable(message$.pipe(written({ writable$, reply$ })), unsub).toBe(sent);
      expectSubscriptions(message$.subscriptions).toBe(subs);
      expectSubscriptions(reply$.subscriptions).toBe(subs);
      flush();
      expect(asyncScheduler.now()).to.equal(5);
    },
  );
});
