import { expect } from 'chai';
import { asyncScheduler, delay, map, NEVER, of, Subject } from 'rxjs';
import { HandlerTimeoutError, OptionError } from '../../lib/errors.js';
import { messageHandlers, type HandlersOptions } from '../../lib/receiving/handlers.js';
import { Unhandled, type UnhandledOptions } from '../../lib/receiving/unhandled.js';
import type { CloudMessage } from '../../lib/protocol/envelope.js';
import type { CloudMessageType } from '../../lib/protocol/message-types.js';
import { marbles } from '../support/marbles.js';
import { cloudData } from '../support/wire-examples.js';

const message = (messageType: CloudMessageType, txn: string): CloudMessage => ({
  header: { version: 7, systemId: 'unit-1', txn },
  data: cloudData(messageType),
});

type Given = Partial<Omit<HandlersOptions, 'room'> & Pick<UnhandledOptions, 'maxUnhandled' | 'maxUnhandledBytes'>>;
const setUp = ({ maxUnhandled = 256, maxUnhandledBytes = 1024 * 1024, ...given }: Given = {}) => {
  const room = new Unhandled({ maxUnhandled, maxUnhandledBytes, scheduler: asyncScheduler });
  const message$ = new Subject<CloudMessage>();
  const failures: string[] = [];
  const handlers = messageHandlers({
    message$,
    concurrency: 4,
    room,
    handlerTimeout: 60_000,
    onFailure: (where, error) => failures.push(error instanceof HandlerTimeoutError ? error.message : where),
    ...given,
  });
  const run = () => handlers.work().subscribe({ error: () => failures.push('work failed') });
  /** When it is acked, or undefined where it is refused. */
  const receive = (received: CloudMessage, size = 100, done: (isDone: boolean) => void = () => undefined) => {
    const accepted = handlers.accept(received, size, done);
    if (accepted !== undefined) message$.next(received);
    accepted?.begin();
    return accepted?.ack;
  };
  return { ...handlers, paused$: room.paused$, message$, failures, run, receive };
};
const noted = () => {
  const calls: string[] = [];
  return { calls, note: (name: string) => (isDone: boolean) => calls.push(`${name} ${isDone ? 'done' : 'not done'}`) };
};

describe('messageHandlers', () => {
  it('gives a handler the messages of its type, until it is unsubscribed', () => {
    const { receive, handle, run } = setUp();
    const seen: string[] = [];
    const handling = handle('updateState', ({ header }) => {
      seen.push(header.txn);
      return undefined;
    });
    run();
    receive(message('updateState', 'a'));
    receive(message('requestLog', 'b'));
    handling.unsubscribe();
    receive(message('updateState', 'c'));
    expect(seen).to.deep.equal(['a']);
  });

  it('keeps the handlers while nothing runs, and gives them what comes when it runs again', () => {
    const { receive, handle, run } = setUp();
    const seen: string[] = [];
    handle('updateState', ({ header }) => {
      seen.push(header.txn);
      return undefined;
    });
    run().unsubscribe();
    receive(message('updateState', 'a'));
    run();
    receive(message('updateState', 'b'));
    expect(seen).to.deep.equal(['b']);
  });

  it('says of which type the handler was that failed, and goes on with the others', () => {
    const { receive, failures, handle, run } = setUp();
    const seen: string[] = [];
    handle('updateState', () => {
      throw new Error('no');
    });
    handle('updateState', ({ header }) => {
      seen.push(header.txn);
      return undefined;
    });
    run();
    receive(message('updateState', 'a'));
    expect([seen, failures]).to.deep.equal([['a'], ['the handler of updateState']]);
  });

  marbles('runs the handlers of one type one after the other, those of others beside', ({ hot, expectObservable }) => {
    const values = { a: message('updateState', 'a'), b: message('updateState', 'b'), c: message('requestLog', 'c') };
    const { handle, work, receive } = setUp();
    const began$ = new Subject<string>();
    for (const type of ['updateState', 'requestLog'] as const)
      handle(type, ({ header }) => {
        began$.next(header.txn);
        return of(0).pipe(delay(5));
      });

    expectObservable(began$, '-----------!').toBe('(ac)-b');
    expectObservable(work(), '-----------!').toBe('-');
    expectObservable(hot('(abc)', values).pipe(map((each) => receive(each)))).toBe('(aaa)', { a: 'before' });
  });

  marbles('asks for a pause while more wait than may, until half of them are left', ({ hot, expectObservable }) => {
    const values = { a: message('updateState', 'a'), u: message('blobUrls', 'u') };
    const message$ = hot('aaaaua', values); // nobody handles u
    const unsub = '       60ms !';
    const paused = '      f----t 24ms f'; // the fifth comes at 5 ms; of 10 ms each, three are done at 30 ms
    const { handle, work, paused$, receive } = setUp({ maxUnhandled: 4 });
    handle('updateState', () => of(0).pipe(delay(10)));

    expectObservable(work(), unsub).toBe('-');
    expectObservable(paused$, unsub).toBe(paused, { f: false, t: true });
    expectObservable(message$.pipe(map((each) => receive(each)))).toBe('aaaaaa', { a: 'before' });
  });

  marbles('asks for no pause longer than a quarter of a second, until half of what may wait is left', (helpers) => {
    const { hot, expectObservable } = helpers;
    const message$ = hot('aa 1998ms a 7999ms aa', { a: message('updateState', 'a') });
    const unsub = '       19s !';
    const paused = '      ft 249ms f 9749ms t 249ms f'; // the first three are done at 9 s
    const { handle, work, paused$, receive } = setUp({ maxUnhandled: 1 });
    handle('updateState', () => of(0).pipe(delay(3000)));

    expectObservable(work(), '20s !').toBe('-');
    expectObservable(paused$, unsub).toBe(paused, { f: false, t: true });
    expectObservable(message$.pipe(map((each) => receive(each)))).toBe('aa 1998ms a 7999ms aa', { a: 'before' });
  });

  it('counts handlers that throw as done, and begins again with nothing when it runs again', () => {
    const { receive, handle, run, paused$ } = setUp({ maxUnhandled: 2 });
    const told: boolean[] = [];
    paused$.subscribe({ next: (isPaused) => told.push(isPaused), error: () => told.push(true, true) });
    const throwing = handle('updateState', () => {
      throw new Error('no');
    });
    const running = run();
    for (const txn of 'abcd') receive(message('updateState', txn));
    expect(told).to.deep.equal([false]);

    throwing.unsubscribe();
    handle('updateState', () => new Promise(() => undefined));
    for (const txn of 'efg') receive(message('updateState', txn));
    expect(told).to.deep.equal([false, true]);
    running.unsubscribe();
    const again = run();
    expect(told).to.deep.equal([false, true, false]);
    for (const txn of 'hi') receive(message('updateState', txn));
    expect(told).to.deep.equal([false, true, false]);
    receive(message('updateState', 'j'));
    expect(told).to.deep.equal([false, true, false, true]);
    again.unsubscribe();
  });

  it('has room for as many bytes of a type as are still free, and always for one message of each', () => {
    const { receive, handle, run } = setUp({ maxUnhandledBytes: 80 * 1024 });
    for (const type of ['updateState', 'requestLog', 'blobUrls'] as const)
      handle(type, () => new Promise(() => undefined));
    const running = run();
    const tenKiB = (type: CloudMessageType) => receive(message(type, ''), 10 * 1024 - 512);
    const accepted = (type: CloudMessageType) => [1, 2, 3, 4, 5].map(() => tenKiB(type)).filter(Boolean).length;

    expect([accepted('updateState'), accepted('requestLog')]).to.deep.equal([4, 2]);
    expect([receive(message('blobUrls', ''), 1024 * 1024), receive(message('blobUrls', ''), 1)]).to.deep.equal([
      'before',
      undefined,
    ]);
    expect(receive(message('desiredStatus', ''), 4 * 1024 * 1024)).to.equal('before'); // nobody handles it
    running.unsubscribe();
  });

  it('shows nobody a message that it has no room for', () => {
    const { receive, on, handle, run } = setUp({ maxUnhandledBytes: 1024 });
    const seen: string[] = [];
    on('updateState').subscribe({ next: ({ header }) => seen.push(header.txn), error: () => seen.push('error') });
    handle('updateState', () => new Promise(() => undefined));
    const running = run();
    for (const txn of 'abc') receive(message('updateState', txn), 2000);
    expect(seen).to.deep.equal(['a']);
    running.unsubscribe();
  });

  marbles('gives up a handler at its timeout, says so, and goes on with the next message', (helpers) => {
    const { hot, expectObservable, flush } = helpers;
    const message$ = hot('abc', {
      a: message('updateState', 'a'),
      b: message('updateState', 'b'),
      c: message('requestLog', 'c'),
    });
    const { handle, work, receive, failures } = setUp({ handlerTimeout: 5000 });
    const began$ = new Subject<string>();
    for (const type of ['updateState', 'requestLog'] as const)
      handle(type, ({ header }) => {
        began$.next(header.txn);
        return header.txn === 'a' ? NEVER : of(0).pipe(delay(4999));
      });

    expectObservable(work(), '1m !').toBe('-');
    expectObservable(began$, '1m !').toBe('a-c 4997ms b');
    expectObservable(message$.pipe(map((each) => receive(each)))).toBe('aaa', { a: 'before' });
    flush();
    expect(failures).to.deep.equal([
      'it did not end within 5000 ms with updateState a; the next message of its type is handled now (see handlerTimeout)',
    ]);
  });

  marbles('lets four handlers that hang keep a fifth type waiting for a second', ({ hot, expectObservable }) => {
    const types = ['requestLog', 'stateAcceptance', 'updateState', 'overrideEnvVars', 'desiredStatus'] as const;
    const message$ = hot(
      '(abcde)',
      Object.fromEntries(types.map((type, n) => ['abcde'.charAt(n), message(type, type)])),
    );
    const { handle, work, receive } = setUp();
    const began$ = new Subject<string>();
    for (const type of types)
      handle(type, () => {
        began$.next(type);
        return type === 'desiredStatus' ? of(0) : NEVER;
      });

    expectObservable(work(), '30s !').toBe('-');
    expectObservable(began$, '30s !').toBe('(rsuo) 994ms d', {
      r: types[0],
      s: types[1],
      u: types[2],
      o: types[3],
      d: types[4],
    });
    expectObservable(message$.pipe(map((each) => receive(each)))).toBe('(aaaaa)', { a: 'before' });
  });

  it('tells when a message is done whose ack waits for its handler, and that it is not where that fails', async () => {
    const { receive, handle, run, failures } = setUp();
    const { calls, note } = noted();
    handle('updateState', ({ header }) => (header.txn === 'b' ? Promise.reject(new Error('no')) : Promise.resolve()), {
      ack: 'after',
    });
    const running = run();
    expect(['a', 'b', 'c'].map((txn) => receive(message('updateState', txn), 100, note(txn)))).to.deep.equal([
      'after',
      'after',
      'after',
    ]);
    expect(calls).to.deep.equal([]);
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
    expect(calls).to.deep.equal(['a done', 'b not done', 'c done']);
    expect(failures).to.deep.equal(['the handler of updateState']);
    running.unsubscribe();
  });

  it('waits for all handlers of a message that the ack is to wait for, and for no other', async () => {
    const { receive, handle, run } = setUp();
    const { calls, note } = noted();
    const end$ = new Subject<undefined>();
    handle('updateState', () => undefined, { ack: 'after' });
    handle('updateState', () => end$, { ack: 'after' });
    handle('updateState', () => new Promise(() => undefined));
    const running = run();
    receive(message('updateState', 'a'), 100, note('a'));
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    expect(calls).to.deep.equal([]);
    end$.complete();
    expect(calls).to.deep.equal(['a done']);
    running.unsubscribe();
  });

  it('tells of all that wait for their ack that they are not done, when it ends', () => {
    const { receive, handle, run } = setUp();
    const { calls, note } = noted();
    handle('updateState', () => NEVER, { ack: 'after' });
    const running = run();
    for (const txn of 'ab') receive(message('updateState', txn), 100, note(txn));
    running.unsubscribe();
    expect(calls).to.deep.equal(['a not done', 'b not done']);
  });

  it('does not count a message as done that a handler ends the work on before it returns', () => {
    const { receive, handle, run } = setUp();
    const { calls, note } = noted();
    handle(
      'updateState',
      () => {
        running.unsubscribe();
        return undefined;
      },
      { ack: 'after' },
    );
    const running = run();
    receive(message('updateState', 'a'), 100, note('a'));
    expect(calls).to.deep.equal(['a not done']);
  });

  it('is done with a message as soon as a handler returns nothing to wait for', () => {
    const { receive, handle, run } = setUp();
    const { calls, note } = noted();
    handle('updateState', () => undefined, { ack: 'after' });
    const running = run();
    receive(message('updateState', 'a'), 100, note('a'));
    expect(calls).to.deep.equal(['a done']);
    running.unsubscribe();
  });

  it('knows only two times for an ack', () => {
    const { handle } = setUp();
    expect(() => handle('updateState', () => undefined, { ack: 'never' as 'after' })).to.throw(OptionError, '"never"');
  });

  it('shows those who listen the messages of their type', () => {
    const { message$, on } = setUp();
    const seen: string[] = [];
    on('blobUrls').subscribe({ next: ({ header }) => seen.push(header.txn), error: () => seen.push('error') });
    message$.next(message('blobUrls', 'a'));
    message$.next(message('updateState', 'b'));
    expect(seen).to.deep.equal(['a']);
  });
});
