import { expect } from 'chai';
import { delay, of, Subject } from 'rxjs';
import { messageHandlers } from '../lib/handlers.js';
import type { CloudMessage } from '../lib/protocol/envelope.js';
import type { CloudMessageType } from '../lib/protocol/message-types.js';
import { marbles } from './support/marbles.js';

const message = (messageType: CloudMessageType, txn: string): CloudMessage => ({
  header: { version: 7, systemId: 'unit-1', txn },
  data: { messageType },
});

const setUp = () => {
  const message$ = new Subject<CloudMessage>();
  const failures: string[] = [];
  const { on, handle, work$ } = messageHandlers({
    message$,
    concurrency: 4,
    onFailure: (where) => failures.push(where),
  });
  const run = () => work$.subscribe({ error: () => failures.push('work$ failed') });
  return { message$, failures, on, handle, run };
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
    const { handle, work$ } = messageHandlers({ message$, concurrency: 4, onFailure: () => undefined });
    for (const type of ['updateState', 'requestLog'] as const)
      handle(type, ({ header }) => {
        done$.next(header.txn);
        return of(0).pipe(delay(5));
      });

    expectObservable(done$, '-----------!').toBe('(ac)-b');
    expectObservable(work$, '-----------!').toBe('-');
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
