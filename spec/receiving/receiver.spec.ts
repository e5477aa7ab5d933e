import { expect } from 'chai';
import {
  defer,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  noop,
  of,
  Subject,
  switchMap,
  take as rxTake,
  tap,
  type Observable,
} from 'rxjs';
import { fake } from 'sinon';
import { ackedOnReceipt, receiver, type Accept, type ReceiverOptions } from '../../lib/receiving/receiver.js';
import type { Decoded } from '../../lib/protocol/codec.js';
import type { Socket } from '../../lib/transport/types.js';
import { marbles } from '../support/marbles.js';
import { stubSocket } from '../support/stub-transport.js';

const frame = (txn: string, messageType = 'desiredStatus', systemId = 'unit-1') =>
  new TextEncoder().encode(JSON.stringify({ header: { version: 7, systemId, txn }, data: { messageType } }));
/** In capitals what the cloud says to a message of the unit. */
const frames = {
  a: frame('a'),
  b: frame('b'),
  c: frame('c'),
  u: frame('u', 'unitStatus'),
  o: frame('o', 'desiredStatus', 'unit-2'),
  A: frame('a', 'ack'),
  N: frame('n', 'nack'),
  t: 'text' as const,
  g: new Uint8Array([0xff]),
};
const shown = map((decoded: Decoded) =>
  decoded.kind === 'message'
    ? decoded.message.header.txn
    : decoded.kind === 'rejected'
      ? decoded.reason
      : `${decoded.kind} ${decoded.txn}`,
);
type Given = Omit<ReceiverOptions, 'onOther'>;
const options = { systemId: 'unit-1', now: () => 0 };
/** The frames of a socket that show that the cloud is well. */
const reading = (socket: Socket, read: ReturnType<typeof receiver>['read']) =>
  socket.frame$.pipe(filter((each) => read(each, socket)));
/** What the receiver emits, on whichever socket is open. */
const received = (socket$: Observable<Socket | undefined>, given: Given = options) =>
  defer(() => {
    const other$ = new Subject<Decoded>();
    const onOther = (other: Decoded) => {
      other$.next(other);
    };
    const { received$, read } = receiver({ ...given, onOther });
    const evidence$ = socket$.pipe(switchMap((socket) => (socket ? reading(socket, read) : EMPTY)));
    const decoded$ = received$.pipe(
      tap(({ begin }) => {
        begin();
      }),
      map(({ message }): Decoded => ({ kind: 'message', message })),
    );
    return merge(other$, decoded$, evidence$.pipe(ignoreElements())).pipe(shown);
  });
/** A socket that notes the txns it writes acks for. */
const acking = (frame$: Observable<Uint8Array | 'text'>) => {
  const acked$ = new Subject<string>();
  const socket = stubSocket({
    frame$,
    send: (text) => {
      const { header, data } = JSON.parse(text) as { header: { txn: string }; data: { messageType: string } };
      acked$.next(data.messageType === 'ack' ? header.txn : text);
    },
  });
  return { socket, acked$ };
};

describe('receiver', () => {
  marbles('acks each message as it comes, and emits it', ({ hot, expectObservable }) => {
    const frame$ = hot('--a-b--', frames);
    const acked = '     --a-b--';
    const unsub = '     ------!';
    const expected = '  --a-b--';
    const { socket, acked$ } = acking(frame$);

    expectObservable(acked$).toBe(acked);
    expectObservable(received(of(socket), options), unsub).toBe(expected);
  });

  marbles('acks nothing while 8 MiB lie unsent, also when it comes again', ({ hot, expectObservable }) => {
    let bufferedAmount = 8 * 1024 * 1024 - 1;
    const frame$ = hot('--a-b-c-b--', frames).pipe(
      tap((frame) => {
        if (frame === frames.b) bufferedAmount = 8 * 1024 * 1024;
        if (frame === frames.c) bufferedAmount = 0;
      }),
    );
    const acked = '     --a---c----';
    const unsub = '     ----------!';
    const expected = '  --a-b-c----';
    const { socket, acked$ } = acking(frame$);
    Object.defineProperty(socket, 'bufferedAmount', { get: () => bufferedAmount });

    expectObservable(acked$).toBe(acked);
    expectObservable(received(of(socket), options), unsub).toBe(expected);
  });

  it('acks before it emits, with an ack of the same txn in the name of the unit', () => {
    const send = fake();
    const receive = fake();
    const { received$, read } = receiver({ systemId: 'unit-1', now: () => 1, onOther: noop });
    received$.subscribe(receive);
    read(frames.a, stubSocket({ send }));
    expect(send.calledBefore(receive)).to.equal(true);
    expect(send.args).to.deep.equal([
      [
        '{"header":{"version":7,"systemId":"unit-1","createdAt":"1970-01-01T00:00:00.001000Z","txn":"a"},' +
          '"data":{"messageType":"ack"}}',
      ],
    ]);
  });

  marbles('acks a message again that comes again, and does not emit it again', ({ hot, expectObservable }) => {
    const frame$ = hot('a-a-b-a-b', frames);
    const acked = '     a-a-b-a-b';
    const unsub = '     ---------!';
    const expected = '  a---b';
    const { socket, acked$ } = acking(frame$);

    expectObservable(acked$).toBe(acked);
    expectObservable(received(of(socket), options), unsub).toBe(expected);
  });

  marbles('knows a message again on the next connection, and answers there', ({ hot, expectObservable }) => {
    const first = acking(hot(' -a-------', frames));
    const second = acking(hot('-------a-', frames));
    const socket$ = hot<Socket | undefined>('o--x--O--', { o: first.socket, O: second.socket, x: undefined });
    const unsub = '            ---------!';
    const expected = '         -a';

    expectObservable(first.acked$).toBe(' -a');
    expectObservable(second.acked$).toBe('-------a');
    expectObservable(received(socket$, options), unsub).toBe(expected);
  });

  marbles('remembers as many txns as it is told', ({ hot, expectObservable }) => {
    const frame$ = hot('abcabc', frames);
    const { socket } = acking(frame$);

    expectObservable(received(of(socket), { ...options, window: 2 }), '6ms !').toBe('abcabc');
    expectObservable(received(of(socket), { ...options, window: 3 }), '6ms !').toBe('abc');
  });

  marbles('emits acks and nacks and acks neither', ({ hot, expectObservable }) => {
    const frame$ = hot('ANA', frames);
    const { socket, acked$ } = acking(frame$);
    const values = { A: 'ack a', N: 'nack n' };

    expectObservable(acked$).toBe('');
    expectObservable(received(of(socket), options), '9ms !').toBe('ANA', values);
  });

  marbles('rejects what it cannot read or what is not for the unit, acks none of it, and goes on', (helpers) => {
    const { hot, expectObservable } = helpers;
    const frame$ = hot('tguoa', frames);
    const acked = '     ----a';
    const expected = '  tguoa';
    const { socket, acked$ } = acking(frame$);

    expectObservable(acked$).toBe(acked);
    expectObservable(received(of(socket), options), '9ms !').toBe(expected, {
      t: 'a text frame',
      g: 'not UTF-8',
      u: 'a messageType that the cloud does not send',
      o: 'for another system id',
      a: 'a',
    });
  });

  marbles('emits each rejected frame, also when it comes again', ({ hot, expectObservable }) => {
    const { socket } = acking(hot('ttg', frames));

    expectObservable(received(of(socket), options), '9ms !').toBe('ttg', {
      t: 'a text frame',
      g: 'not UTF-8',
    });
  });

  marbles('takes a message without txn for a new one each time', ({ hot, expectObservable }) => {
    const { socket, acked$ } = acking(hot('ee', { e: frame('') }));

    expectObservable(acked$).toBe('ee', { e: '' });
    expectObservable(received(of(socket), options), '9ms !').toBe('ee', { e: '' });
  });

  marbles('reads nothing while there is no socket', ({ hot, expectObservable, expectSubscriptions }) => {
    const frame$ = hot('abcabc', frames);
    const socket$ = hot<Socket | undefined>('-o-x--', { o: acking(frame$).socket, x: undefined });

    expectObservable(received(socket$, options), '9ms !').toBe('--ca');
    expectSubscriptions(frame$.subscriptions).toBe('-^-!');
  });

  marbles('takes for evidence of a cloud that is well all but what it rejects', ({ hot, expectObservable }) => {
    const { socket } = acking(hot('aatgANuob', frames));
    const expected = '             aa--AN--b';

    expectObservable(reading(socket, receiver({ ...options, onOther: noop }).read), '10ms !').toBe(expected, frames);
  });

  marbles(
    'rejects a message that there is no room for, does not ack it, and takes it when it comes again',
    (helpers) => {
      const { hot, expectObservable } = helpers;
      const frame$ = hot('ab-b', frames);
      const acked = '     a--b';
      const expected = '  ar-b';
      const { socket, acked$ } = acking(frame$);
      let room = 1;
      const accept = () => (room-- > 0 || room < -1 ? ackedOnReceipt : undefined);

      expectObservable(acked$).toBe(acked);
      expectObservable(received(of(socket), { ...options, accept }), '9ms !').toBe(expected, {
        ...{ a: 'a', b: 'b' },
        r: 'desiredStatus: no room, too much waits for its handler; the cloud has to send it again',
      });
    },
  );

  marbles('acks what is acked after it was handled then, on the socket of its last copy, once', (helpers) => {
    const { hot, expectObservable } = helpers;
    const first = acking(hot(' -a-a-----', frames));
    const second = acking(hot('-------a-a', frames));
    const socket$ = hot<Socket | undefined>('o---x-O---', { o: first.socket, O: second.socket, x: undefined });
    const expected = '         -a--------';
    const done$ = hot('             --------d-');
    const accept: Accept = (_message, _size, done) => {
      done$.subscribe({
        next: () => {
          done(true);
        },
        error: noop,
      });
      return { ack: 'after', begin: noop };
    };

    expectObservable(first.acked$).toBe(' ');
    expectObservable(second.acked$).toBe('--------aa');
    expectObservable(received(socket$, { ...options, accept }), '12ms !').toBe(expected);
  });

  marbles('hands a message that was not handled over again when it comes again', ({ hot, expectObservable }) => {
    const { socket, acked$ } = acking(hot('a--a', frames));
    const done$ = hot('                    -f--d', { f: false, d: true });
    const accept: Accept = (_message, _size, done) => {
      done$.pipe(rxTake(1)).subscribe({ next: done, error: noop });
      return { ack: 'after', begin: noop };
    };

    expectObservable(acked$).toBe('        ----a');
    expectObservable(received(of(socket), { ...options, accept }), '9ms !').toBe('a--a');
  });

  it('asks for a subscriber with the first message, not with an ack, and passes the message on to it', () => {
    const seen: string[] = [];
    let asked = 0;
    const { received$, read } = receiver({
      ...options,
      onOther: noop,
      onUnobserved: () => {
        asked++;
        received$.subscribe({ next: ({ message }) => seen.push(message.header.txn) });
      },
    });
    read(frames.A, stubSocket());
    expect(asked).to.equal(0);
    read(frames.a, stubSocket());
    read(frames.b, stubSocket());
    expect([asked, seen]).to.deep.equal([1, ['a', 'b']]);
  });
});
