import { expect } from 'chai';
import {
  asyncScheduler,
  EMPTY,
  ignoreElements,
  map,
  merge,
  NEVER,
  of,
  Subject,
  tap,
  throwError,
  type Observable,
} from 'rxjs';
import {
  outgoingQueue,
  type WritableSocket,
  type OutgoingQueueOptions,
  type Queued,
  type Released,
} from '../../lib/operators/outgoing-queue.js';
import { marbles } from '../support/marbles.js';

interface Letter extends Queued {
  readonly name: string;
  settled: boolean;
}

const letter = (name: string, order = name.codePointAt(0) ?? 0): Letter => ({
  name,
  order,
  size: 100,
  settled: false,
  expectAck: true,
});
const letters = (names: string) => Object.fromEntries(Array.from(names).map((name) => [name, letter(name)]));
const open: WritableSocket = { bufferedAmount: 0, drain$: NEVER };
const sockets = { o: open, x: undefined };
/** What was released together, as one word. */
const word = ({ messages }: Released<Letter, WritableSocket>) => messages.map(({ name }) => name).join('');
const queue = (options: OutgoingQueueOptions<Letter, WritableSocket>) => (message$: Observable<Letter>) =>
  message$.pipe(outgoingQueue(options), map(word));
/** Each letter stands for itself, a capital for itself and those given after it. */
const words = (...together: readonly string[]) =>
  Object.fromEntries(together.map((names) => [names.charAt(0).toUpperCase(), names]));

describe('outgoingQueue', () => {
  marbles('lets a lower lane pass, and what is resent pass its own lane', ({ hot, expectObservable }) => {
    const inLane = (name: string, lane: number): Letter => ({ ...letter(name), lane });
    const values = { a: inLane('a', 2), b: inLane('b', 2), c: inLane('c', 1), d: inLane('d', 0), z: inLane('z', 2) };
    const source$ = hot('abcd------', values);
    const again$ = hot(' ----z-----', values);
    const writable$ = hot('  ------o---', sockets);
    const unsub = '      ---------!';
    const expected = '   ------D---';

    expectObservable(source$.pipe(queue({ writable$, again$ })), unsub).toBe(expected, words('Dczab'.toLowerCase()));
  });

  marbles('holds messages until a socket is open, then releases them in order', (helpers) => {
    const { hot, expectObservable, expectSubscriptions } = helpers;
    const source$ = hot('ab--c------', letters('abc'));
    const writable$ = hot('  ---o----x--', sockets);
    const subs = '       ^----------!';
    const unsub = '      -----------!';
    const expected = '   ---Ac------'; // A: a and b together

    expectObservable(source$.pipe(queue({ writable$ })), unsub).toBe(expected, { ...words('ab'), c: 'c' });
    expectSubscriptions(source$.subscriptions).toBe(subs);
    expectSubscriptions(writable$.subscriptions).toBe(subs);
  });

  marbles('names the socket that the messages are for', ({ hot, expectObservable }) => {
    const a = letter('a');
    const source$ = hot('-a', { a });
    const writable$ = hot('  o', sockets);
    const result$ = source$.pipe(outgoingQueue<Letter, WritableSocket>({ writable$ }));

    expectObservable(result$).toBe('-r', { r: { socket: open, messages: [a] } });
  });

  marbles('releases what came within one tick together', ({ hot, expectObservable }) => {
    const source$ = hot('-(abc)-(de)', letters('abcde'));
    const expected = '   -A-----D---';

    expectObservable(source$.pipe(queue({ writable$: of(open) }))).toBe(expected, words('abc', 'de'));
  });

  marbles('has nothing to release of nothing', ({ cold, expectObservable }) => {
    const none$ = cold<Letter>('-');

    expectObservable(none$.pipe(queue({ writable$: of(open) })), '9s !').toBe('-');
    expectObservable(cold<Letter>('--|').pipe(queue({ writable$: of(open) })), '9s !').toBe('-');
    expectObservable((EMPTY as Observable<Letter>).pipe(queue({ writable$: NEVER })), '9s !').toBe('-');
  });

  marbles('releases what it holds after its source has completed', ({ cold, hot, expectObservable }) => {
    const source$ = cold('(ab|)', letters('ab'));
    const writable$ = hot('   -------o', sockets);
    const expected = '    -------A';

    expectObservable(source$.pipe(queue({ writable$ })), '9s !').toBe(expected, words('ab'));
  });

  marbles('passes errors of its source and of the socket through', ({ cold, hot, expectObservable }) => {
    expectObservable(cold('a-#', letters('a')).pipe(queue({ writable$: of(open) }))).toBe('a-#');
    expectObservable(cold('a', letters('a')).pipe(queue({ writable$: hot('-o-#', sockets) }))).toBe('-a-#');
    expectObservable(throwError(() => new Error('lost')).pipe(queue({ writable$: NEVER }))).toBe(
      '#',
      {},
      new Error('lost'),
    );
  });

  marbles('releases nothing any more once it is unsubscribed', (helpers) => {
    const { hot, expectObservable, expectSubscriptions, flush } = helpers;
    const source$ = hot('a--b', letters('ab'));
    const drain$ = hot(' -');
    const writable$ = hot('  -o', { o: { bufferedAmount: 0, drain$ } });
    const again$ = hot<Letter>('-');
    const freed$ = hot(' -');
    const subs = '       ^--!';
    const drainSubs = '  -^-!';
    const unsub = '      ---!';
    const expected = '   -a-';

    expectObservable(source$.pipe(queue({ writable$, again$, freed$ })), unsub).toBe(expected);
    for (const input$ of [source$, writable$, again$, freed$]) expectSubscriptions(input$.subscriptions).toBe(subs);
    expectSubscriptions(drain$.subscriptions).toBe(drainSubs);
    flush();
    expect(asyncScheduler.now()).to.equal(3);
  });

  marbles('takes messages that come within the subscription', ({ expectObservable }) => {
    const source$ = of(letter('a'), letter('b'), letter('c'));

    expectObservable(source$.pipe(queue({ writable$: of(open) })), '9s !').toBe('A', words('abc'));
  });

  marbles('has 256 messages in flight at most, and releases one more for each that is freed', (helpers) => {
    const { hot, expectObservable } = helpers;
    const many = Array.from({ length: 300 }, (_, order) => letter('m', order));
    const source$ = of(...many);
    const freed$ = hot(' -f-f(fff)');
    const unsub = '      ---------!';
    const expected = '   ab-bc----';
    const count$ = source$.pipe(
      outgoingQueue({ writable$: of(open), freed$ }),
      map(({ messages }) => messages.length),
    );

    expectObservable(count$, unsub).toBe(expected, { a: 256, b: 1, c: 3 });
  });

  marbles('releases as many as maxInFlight and not one more', ({ hot, expectObservable }) => {
    const source$ = hot('ab-c---', letters('abc'));
    const freed$ = hot(' -----f-');
    const unsub = '      -------!';
    const expected = '   ab---c-';

    expectObservable(source$.pipe(queue({ writable$: of(open), freed$, maxInFlight: 2 })), unsub).toBe(expected);
  });

  marbles('keeps no place for what expects no ack', ({ hot, expectObservable }) => {
    const source$ = hot('aSSb', { ...letters('ab'), S: { ...letter('S'), expectAck: false } });
    const unsub = '      -----!';
    const expected = '   aSSb';

    expectObservable(source$.pipe(queue({ writable$: of(open), maxInFlight: 2 })), unsub).toBe(expected);
  });

  marbles('makes room before there is anything to release', ({ hot, expectObservable }) => {
    const source$ = hot('a--bc-', letters('abc'));
    const freed$ = hot(' -f----');
    const unsub = '      ------!';
    const expected = '   a--b--';

    expectObservable(source$.pipe(queue({ writable$: of(open), freed$, maxInFlight: 1 })), unsub).toBe(expected);
  });

  marbles('writes on while 1 MiB is buffered, and holds while it is more', ({ hot, expectObservable }) => {
    const mark = 1024 * 1024;
    const gateWith = (bufferedAmount: number) => of({ bufferedAmount, drain$: NEVER });
    const source$ = hot('-a', letters('a'));

    expectObservable(source$.pipe(queue({ writable$: gateWith(mark) }))).toBe('-a');
    expectObservable(source$.pipe(queue({ writable$: gateWith(mark + 1) }))).toBe('--');
  });

  marbles('goes on when the socket has drained', ({ hot, expectObservable, expectSubscriptions }) => {
    let bufferedAmount = 900;
    const source$ = hot('-(abcd)', letters('abcd'));
    const drain$ = hot(' --------d', {});
    const drainSubs = '  ^---------!';
    const unsub = '      ----------!';
    const expected = '   -A------C'; // 900 and 100 are not over 1,000, 1,100 are
    const socket = {
      get bufferedAmount() {
        return bufferedAmount;
      },
      drain$: drain$.pipe(tap(() => (bufferedAmount = 0))),
    };

    expectObservable(source$.pipe(queue({ writable$: of(socket), highWater: 1000 })), unsub).toBe(
      expected,
      words('ab', 'cd'),
    );
    expectSubscriptions(drain$.subscriptions).toBe(drainSubs);
  });

  marbles('releases first what goes again, in its first order', ({ hot, expectObservable }) => {
    const all = letters('abcdef');
    const source$ = hot('ef---------', all);
    const again$ = hot(' --cadb-----', all);
    const writable$ = hot('  -------o---', sockets);
    const unsub = '      -----------!';
    const expected = '   -------A---';

    expectObservable(source$.pipe(queue({ writable$, again$ })), unsub).toBe(expected, words('abcdef'));
  });

  marbles('lets what goes again take the next place, not one above maxInFlight', ({ hot, expectObservable }) => {
    const all = letters('abc');
    const source$ = hot('abc----', all);
    const freed$ = hot(' ---f--f', all);
    const again$ = hot(' ---a---', all);
    const unsub = '      --------!';
    const expected = '   ab-a--c';

    expectObservable(source$.pipe(queue({ writable$: of(open), again$, freed$, maxInFlight: 2 })), unsub).toBe(
      expected,
    );
  });

  marbles('passes over what needs no sending any more', ({ hot, expectObservable }) => {
    const all = letters('abcd');
    const source$ = hot('bd-----', all);
    const again$ = hot(' -ca----', all);
    const settle$ = hot('---ad--', all).pipe(tap((message) => (message.settled = true)));
    const writable$ = hot('  ------o', sockets);
    const unsub = '      -------!';
    const expected = '   ------C';
    const result$ = merge(source$, settle$.pipe(ignoreElements())).pipe(queue({ writable$, again$ }));

    expectObservable(result$, unsub).toBe(expected, words('cb'));
  });

  marbles('releases nothing to a socket that is gone, and everything to the next', ({ hot, expectObservable }) => {
    const source$ = hot('-a-bc----', letters('abc'));
    const writable$ = hot('  o-x---o--', sockets);
    const unsub = '      ---------!';
    const expected = '   -a----B--';

    expectObservable(source$.pipe(queue({ writable$ })), unsub).toBe(expected, { a: 'a', B: 'bc' });
  });

  marbles('listens to the socket that is open and to no other', ({ hot, expectObservable, expectSubscriptions }) => {
    const first$ = hot(' -------d-');
    const second$ = hot('-------d-');
    const source$ = hot<Letter>('---------');
    const writable$ = hot('  -1-x-2---', {
      1: { bufferedAmount: 0, drain$: first$ },
      2: { bufferedAmount: 0, drain$: second$ },
      x: undefined,
    });
    const firstSubs = '  -^-!';
    const secondSubs = ' -----^---!';
    const unsub = '      ---------!';

    expectObservable(source$.pipe(queue({ writable$ })), unsub).toBe('-');
    expectSubscriptions(first$.subscriptions).toBe(firstSubs);
    expectSubscriptions(second$.subscriptions).toBe(secondSubs);
  });

  marbles('releases to the socket that is open at the end of the tick', ({ hot, expectObservable }) => {
    const next: WritableSocket = { bufferedAmount: 0, drain$: NEVER };
    const a = letter('a');
    const source$ = hot('--a-----', { a });
    const writable$ = hot('  o-(xn)--', { o: open, x: undefined, n: next });
    const lost$ = hot('  o-x', sockets);

    expectObservable(source$.pipe(outgoingQueue<Letter, WritableSocket>({ writable$ }))).toBe('--r', {
      r: { socket: next, messages: [a] },
    });
    expectObservable(source$.pipe(outgoingQueue<Letter, WritableSocket>({ writable$: lost$ }))).toBe('--');
  });

  marbles('releases one message once, also when it is fed while it releases', ({ hot, expectObservable }) => {
    const freed$ = new Subject<string>();
    const more$ = new Subject<Letter>();
    const source$ = hot('-(abc)', letters('abc'));
    const unsub = '      ---------!';
    const expected = '   -(abcd)'; // tick after tick of one frame
    const result$ = merge(source$, more$).pipe(
      queue({ writable$: of(open), freed$, maxInFlight: 1 }),
      tap((name) => {
        if (name === 'a') more$.next(letter('d'));
        freed$.next(name);
      }),
    );

    expectObservable(result$, unsub).toBe(expected);
  });

  marbles('releases one second’s worth at once, then at its rate', ({ hot, expectObservable, flush }) => {
    const source$ = hot('(abcdef)', letters('abcdef'));
    const unsub = '      1m !';
    const expected = '   A 499ms c 499ms d 499ms e 499ms f';

    expectObservable(source$.pipe(queue({ writable$: of(open), rate: 2 })), unsub).toBe(expected, {
      ...words('ab'),
      ...Object.fromEntries(Array.from('cdef', (name) => [name, name])),
    });
    flush();
    expect(asyncScheduler.now()).to.equal(60_000);
  });

  marbles('saves up to one second’s worth of its rate in a pause, also while there is no socket', (helpers) => {
    const { hot, expectObservable } = helpers;
    const source$ = hot('(ab) 9996ms (cdef)', letters('abcdef'));
    const writable$ = hot('  o 4999ms x 14999ms o', sockets); // open again at 20 s
    const unsub = '      1m !';
    const expected = '   A 19999ms C 499ms e 499ms f';

    expectObservable(source$.pipe(queue({ writable$, rate: 2 })), unsub).toBe(expected, {
      ...words('ab', 'cd'),
      e: 'e',
      f: 'f',
    });
  });

  marbles('counts what goes again towards its rate, and lets it go first', ({ hot, expectObservable }) => {
    const all = letters('abcd');
    const source$ = hot('(abcd)', all);
    const again$ = hot(' -----a', all);
    const unsub = '      1m !';
    const expected = '   A 499ms a 499ms c 499ms d';

    expectObservable(source$.pipe(queue({ writable$: of(open), again$, rate: 2 })), unsub).toBe(expected, {
      ...words('ab'),
      a: 'a',
      c: 'c',
      d: 'd',
    });
  });

  marbles('spends nothing of its rate on what needs no sending any more', ({ hot, expectObservable }) => {
    const all = letters('abc');
    const source$ = hot('a-bc', { ...all, b: { ...letter('b'), settled: true } });
    const expected = '   a 999ms c';

    expectObservable(source$.pipe(queue({ writable$: of(open), rate: 1 })), '1m !').toBe(expected);
  });

  marbles('serves its rate with one timer, and with none where it has none', ({ hot, expectObservable, flush }) => {
    const timers: number[] = [];
    const scheduler = {
      now: () => asyncScheduler.now(),
      schedule: ((...work: Parameters<typeof asyncScheduler.schedule>) => {
        timers.push(asyncScheduler.now());
        return asyncScheduler.schedule(...work);
      }) as typeof asyncScheduler.schedule,
    };
    const source$ = hot('a-b-c-d', letters('abcd'));

    expectObservable(source$.pipe(queue({ writable$: of(open), rate: 1, scheduler })), '1500ms !').toBe('a 999ms b');
    expectObservable(source$.pipe(queue({ writable$: of(open), scheduler })), '1500ms !').toBe('a-b-c-d');
    flush();
    expect(timers).to.deep.equal([0, 1000]);
    expect(asyncScheduler.now()).to.equal(1500);
  });

  marbles('releases at the end of a tick of the given scheduler', ({ hot, expectObservable, flush }) => {
    const source$ = hot('-a', letters('a'));
    const turns: number[] = [];
    const tick = {
      now: () => asyncScheduler.now(),
      schedule: ((...work: Parameters<typeof asyncScheduler.schedule>) => {
        turns.push(asyncScheduler.now());
        return asyncScheduler.schedule(...work);
      }) as typeof asyncScheduler.schedule,
    };

    expectObservable(source$.pipe(queue({ writable$: of(open), tick })), '9s !').toBe('-a');
    flush();
    expect(turns).to.deep.equal([0, 1]);
  });

  marbles('holds for each subscriber alone', ({ cold, hot, expectObservable }) => {
    const writable$ = hot('  --o-----', sockets);
    const result$ = cold('ab', letters('ab')).pipe(queue({ writable$, maxInFlight: 1 }));

    expectObservable(result$, ' ^----!').toBe('--a');
    expectObservable(result$, '-^---!').toBe(' --a');
  });
});
