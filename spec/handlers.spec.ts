import { expect } from 'chai';
import { delay, of, Subject, take } from 'rxjs';
import { messageHandlers } from '../lib/handlers.js';
import type { CloudMessage } from '../lib/protocol/envelope.js';
import type { CloudMessageType } from '../lib/protocol/message-types.js';
import { marbles } from './support/marbles.js';
import { cloudData } from './support/wire-examples.js';

const message = (messageType: CloudMessageType, txn: string): CloudMessage => ({
  header: { version: 7, systemId: 'unit-1', txn },
  data: cloudData(messageType),
});

const setUp = (maxUnhandled = 256) => {
  const message$ = new Subject<CloudMessage>();
  const failures: string[] = [];
  const { on, handle, work, paused$ } = messageHandlers({
    message$,
    concurrency: 4,
    maxUnhandled,
    onFailure: (where) => failures.push(where),
  });
  const run = () => work().subscribe({ error: () => failures.push('work failed') });
  return { message$, failures, on, handle, run, paused$ };
};

describe('messageHandlers', () => {
  it('gives a handler the messages of its type, until it is unsubscribed', () => {
    const { message$, handle, run } = setUp();
    const seen: string[] = [];
    const handling = handle('updateState', ({ header }) => {
      seen.push(header.txn);
      return undefined;
    });
    run();
    message$.next(message('updateState', 'a'));
    message$.next(message('requestLog', 'b'));
    handling.unsubscribe();
    message$.next(message('updateState', 'c'));
    expect(seen).to.deep.equal(['a']);
  });

  it('keeps the handlers while nothing runs, and gives them what comes when it runs again', () => {
    const { message$, handle, run } = setUp();
    const seen: string[] = [];
    handle('updateState', ({ header }) => {
      seen.push(header.txn);
      return undefined;
    });
    run().unsubscribe();
    message$.next(message('updateState', 'a'));
    run();
    message$.next(message('updateState', 'b'));
    expect(seen).to.deep.equal(['b']);
  });

  it('says of which type the handler was that failed, and goes on with the others', () => {
    const { message$, failures, handle, run } = setUp();
    const seen: string[] = [];
    handle('updateState', () => {
      throw new Error('no');
    });
    handle('updateState', ({ header }) => {
      seen.push(header.txn);
      return undefined;
    });
    run();
    message$.next(message('updateState', 'a'));
    expect([seen, failures]).to.deep.equal([['a'], ['the handler of updateState']]);
  });

  marbles('runs the handlers of one type one after the other, those of others beside', ({ hot, expectObservable }) => {
    const values = { a: message('updateState', 'a'), b: message('updateState', 'b'), c: message('requestLog', 'c') };
    const message$ = hot('(abc)-------', values);
    const done$ = new Subject<string>();
    const { handle, work } = messageHandlers({
      message$,
      concurrency: 4,
      maxUnhandled: 256,
      onFailure: () => undefined,
    });
    for (const type of ['updateState', 'requestLog'] as const)
      handle(type, ({ header }) => {
        done$.next(header.txn);
        return of(0).pipe(delay(5));
      });

    expectObservable(done$, '-----------!').toBe('(ac)-b');
    expectObservable(work(), '-----------!').toBe('-');
  });

  marbles('asks for a pause while more wait than may, until half of them are left', ({ hot, expectObservable }) => {
    const values = { a: message('updateState', 'a'), u: message('blobUrls', 'u') };
    const message$ = hot('aaaaua', values); // nobody handles u
    const unsub = '       60ms !';
    const paused = '      f----t 24ms f'; // the fifth comes at 5 ms; of 10 ms each, three are done at 30 ms
    const { handle, work, paused$ } = messageHandlers({
      message$,
      concurrency: 4,
      maxUnhandled: 4,
      onFailure: () => undefined,
    });
    handle('updateState', () => of(0).pipe(delay(10)));

    expectObservable(work(), unsub).toBe('-');
    expectObservable(paused$, unsub).toBe(paused, { f: false, t: true });
  });

  marbles('reads on to the next message where no handler has come to its end for 5 s', ({ hot, expectObservable }) => {
    const message$ = hot('aa 1998ms a 9998ms a', { a: message('updateState', 'a') });
    const unsub = '       19s !';
    const paused = '      ft 6998ms f 4998ms t 4999ms f'; // one is done at 2 s, none after
    const ended$ = hot('  2s d').pipe(take(1));
    const { handle, work, paused$ } = messageHandlers({
      message$,
      concurrency: 4,
      maxUnhandled: 1,
      onFailure: () => undefined,
    });
    handle('updateState', () => ended$);

    expectObservable(work(), '20s !').toBe('-');
    expectObservable(paused$, unsub).toBe(paused, { f: false, t: true });
  });

  it('counts handlers that throw as done, and begins anew when it runs again', () => {
    const { message$, handle, run, paused$ } = setUp(2);
    const told: boolean[] = [];
    paused$.subscribe({ next: (isPaused) => told.push(isPaused), error: () => told.push(true, true) });
    const throwing = handle('updateState', () => {
      throw new Error('no');
    });
    const running = run();
    for (const txn of 'abcd') message$.next(message('updateState', txn));
    expect(told).to.deep.equal([false]);

    throwing.unsubscribe();
    handle('updateState', () => new Promise(() => undefined));
    for (const txn of 'efg') message$.next(message('updateState', txn));
    expect(told).to.deep.equal([false, true]);
    running.unsubscribe();
    run();
    expect(told).to.deep.equal([false, true, false]);
    for (const txn of 'hi') message$.next(message('updateState', txn));
    expect(told).to.deep.equal([false, true, false]);
    message$.next(message('updateState', 'j'));
    expect(told).to.deep.equal([false, true, false, true]);
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
