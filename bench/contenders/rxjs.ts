import { defer, EMPTY, filter, merge, mergeMap, ReplaySubject, retry, take, timeout, type Observable } from 'rxjs';
import { webSocket, type WebSocketSubject } from 'rxjs/webSocket';
import { WebSocket, type ClientOptions } from 'ws';
import { dataOf, envelopeOf, txnOf } from '../message.js';
import type { Contender, ContenderFactory } from './contender.js';

interface Reply {
  readonly header: { readonly txn: string };
}

const open = (url: string, options: ClientOptions): WebSocketSubject<unknown> =>
  webSocket<unknown>({
    url,
    serializer: (message) => Buffer.from(JSON.stringify(message)),
    // It wants the constructor of a browser.
    WebSocketCtor: class extends WebSocket {
      constructor(address: string) {
        super(address, { perMessageDeflate: false, ...options });
      }
    } as never,
  });

/** What one writes first: a stream with a filter, a timeout and a retry for each message. */
const naive = (socket$: WebSocketSubject<unknown>): Contender => {
  const connected$ = new ReplaySubject<undefined>(1);

  const deliver = (n: number): Observable<unknown> => {
    const txn = txnOf(n);
    const message = envelopeOf(txn, dataOf(n));
    const reply$ = socket$.pipe(
      filter((reply) => (reply as Reply).header.txn === txn),
      take(1),
      timeout(10_000),
    );
    const sent$ = defer(() => {
      socket$.next(message);
      return EMPTY;
    });
    return connected$.pipe(
      take(1),
      mergeMap(() => merge(reply$, sent$)),
      retry(3),
    );
  };
  return {
    connect: () => {
      socket$.subscribe({ error: console.error });
      connected$.next(undefined);
    },
    send: (n, onAck) => {
      deliver(n).subscribe({ next: onAck, error: console.error });
    },
  };
};

export const rxjsWebSocket: ContenderFactory = {
  create: ({ url, credentials: { ca, cert, key } }) => naive(open(url, { ca, cert, key })),
  createIdle: () => naive(open('ws://127.0.0.1:1', {})),
};
