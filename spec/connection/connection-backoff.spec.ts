import { expect } from 'chai';
import { asyncScheduler, filter, map, throwError, type Observable } from 'rxjs';
import type { ConnectionEvent } from '../../lib/connection/connection-state.js';
import { ConnectError, ConnectionClosedError, ConnectionLostError, DiscoveryError } from '../../lib/errors.js';
import { fleet } from '../../lib/operators/backoff.js';
import type { Socket } from '../../lib/transport/types.js';
import { marbles } from '../support/marbles.js';
import {
  answer,
  connect,
  discoveryUrl,
  endpoint,
  inTurn,
  shownStep,
  stubSocket,
  stubTransport,
} from '../support/stub-transport.js';

const waits = (event$: Observable<ConnectionEvent>) =>
  event$.pipe(
    filter(({ state }) => state === 'waiting'),
    map((event) => shownStep(event).replace('waiting ', '')),
  );
/** Attempts that fail in the same millisecond, at these seconds. */
const at = (...seconds: readonly number[]) => seconds.map((second) => `${second * 1000}ms (^!)`);
const refused = new ConnectError(endpoint('a'), 'refused');
const down = new DiscoveryError(discoveryUrl('x'), 'down');
const closed = new ConnectionClosedError(endpoint('a'), 1001, '');
const lost = new ConnectionLostError(endpoint('a'), 1006);
const o = stubSocket();

describe('the backoff of a connection', () => {
  marbles('makes attempts at 0, 1, 3, 7, 15 s and at 15 s again, cycle after cycle', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const discovery$ = cold('r|', { r: answer() });
    const link$ = cold<Socket>('#', undefined, refused);
    const subs = at(0, 1, 3, 7, 15, 15, 16, 18, 22, 30, 30, 31);
    const unsub = '    31500ms !';
    const expected = ' a 999ms b 1999ms c 3999ms d 7999ms (ea) 996ms b 1999ms c 3999ms d 7999ms (ea) 996ms b';
    const transport = stubTransport(
      () => discovery$,
      () => link$,
    );

    expectObservable(waits(connect(transport)), unsub).toBe(expected, {
      a: '2 1000 ConnectError',
      b: '3 2000 ConnectError',
      c: '4 4000 ConnectError',
      d: '5 8000 ConnectError',
      e: '1 0 ConnectError',
    });
    expectSubscriptions(link$.subscriptions).toBe(subs);
    expectSubscriptions(discovery$.subscriptions).toBe(subs);
  });

  marbles('is the same where discovery fails', ({ cold, expectObservable, expectSubscriptions }) => {
    const discovery$ = cold('#', undefined, down);

    expectObservable(connect(stubTransport(() => discovery$)).pipe(filter(() => false)), '17s !').toBe('');
    expectSubscriptions(discovery$.subscriptions).toBe(at(0, 1, 3, 7, 15, 15, 16));
  });

  marbles('never waits longer than ten minutes', ({ cold, expectObservable, expectSubscriptions }) => {
    const link$ = cold<Socket>('#', undefined, refused);
    const transport = stubTransport(
      () => cold('r|', { r: answer('a', { nextRequestDelay: 200_000 }) }),
      () => link$,
    );
    const expected = 'a 199999ms b 399999ms c 599999ms d 599999ms (ea) 199996ms b';

    expectObservable(waits(connect(transport)), '2001s !').toBe(expected, {
      a: '2 200000 ConnectError',
      b: '3 400000 ConnectError',
      c: '4 600000 ConnectError',
      d: '5 600000 ConnectError',
      e: '1 0 ConnectError',
    });
    expectSubscriptions(link$.subscriptions).toBe(at(0, 200, 600, 1200, 1800, 1800, 2000));
  });

  marbles('never waits longer than ten minutes, even where the cloud asks for a day', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const discovery$ = cold('(r|)', { r: answer('', { errorCode: 2, nextRequestDelay: 86_400_000 }) });

    expectObservable(connect(stubTransport(() => discovery$)).pipe(filter(() => false)), '1201s !').toBe('');
    expectSubscriptions(discovery$.subscriptions).toBe(at(0, 600, 1200));
  });

  marbles(
    'begins with nextRequestDelay from the very next wait, and with 1 s after an answer without it',
    (helpers) => {
      const { cold, expectObservable, expectSubscriptions } = helpers;
      const discovery$ = inTurn(
        cold('(r|)', { r: answer('a', { nextRequestDelay: 30_000 }) }),
        cold('(r|)', { r: answer('a', { nextRequestDelay: 30_000 }) }),
        cold('(r|)', { r: answer('a', { nextRequestDelay: 0 }) }),
        cold('(r|)', { r: answer() }),
      );
      const link$ = cold<Socket>('#', undefined, refused);
      const transport = stubTransport(
        () => discovery$,
        () => link$,
      );

      expectObservable(connect(transport).pipe(filter(() => false)), '104s !').toBe('');
      // 30 s, doubled to 60 s; then 1 s, doubled twice to 4 s and three times to 8 s.
      expectSubscriptions(link$.subscriptions).toBe(at(0, 30, 90, 94, 102, 102, 103));
    },
  );

  marbles('keeps a nextRequestDelay in force over later cycles and reconnects', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const dead$ = cold<Socket>('#', undefined, refused);
    const link$ = inTurn(cold('o 9999ms #', { o }, lost), dead$);
    const transport = stubTransport(
      () => cold('r|', { r: answer('a', { nextRequestDelay: 3000 }) }),
      () => link$,
    );

    expectObservable(connect(transport).pipe(filter(() => false)), '20s !').toBe('');
    // Lost at 10 s: at once, then 3 and 6 s later.
    expectSubscriptions(dead$.subscriptions).toBe(at(10, 13, 19));
  });

  marbles('is the wait of a repeat-later answer where that names one, with no endpoint in it', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const busy$ = cold('(r|)', { r: answer('', { errorCode: 2, nextRequestDelay: 30_000 }) });

    expectObservable(waits(connect(stubTransport(() => busy$))), '151s !').toBe(
      'a 29999ms b 29999ms c 29999ms d 29999ms e 29999ms a',
      {
        a: '2 30000 DiscoveryRefusedError',
        b: '3 30000 DiscoveryRefusedError',
        c: '4 30000 DiscoveryRefusedError',
        d: '5 30000 DiscoveryRefusedError',
        e: '1 30000 DiscoveryRefusedError',
      },
    );
    expectSubscriptions(busy$.subscriptions).toBe(at(0, 30, 60, 90, 120, 150));
  });

  marbles('goes on by itself where a repeat-later answer names no wait', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const busy$ = cold('(r|)', { r: answer('', { errorCode: 2 }) });

    expectObservable(connect(stubTransport(() => busy$)).pipe(filter(() => false)), '8s !').toBe('');
    expectSubscriptions(busy$.subscriptions).toBe(at(0, 1, 3, 7));
  });

  marbles('begins with the nextRequestDelay of error code -1, and with 1 s where it has none', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const delayed$ = cold('(r|)', { r: answer('', { errorCode: -1, nextRequestDelay: 5000 }) });
    const plain$ = cold('(r|)', { r: answer('', { errorCode: -1 }) });

    expectObservable(connect(stubTransport(() => delayed$)).pipe(filter(() => false)), '16s !').toBe('');
    expectObservable(connect(stubTransport(() => plain$)).pipe(filter(() => false)), '4s !').toBe('');
    expectSubscriptions(delayed$.subscriptions).toBe(at(0, 5, 15));
    expectSubscriptions(plain$.subscriptions).toBe(at(0, 1, 3));
  });

  marbles('keeps to the Retry-After of a refused discovery and a refused upgrade', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const discovery$ = inTurn(
      throwError(() => new DiscoveryError(discoveryUrl('x'), 'HTTP 503', { retryAfter: 20_000 })),
      cold('(r|)', { r: answer() }),
    );
    const link$ = cold<Socket>('#', undefined, new ConnectError(endpoint('a'), 'HTTP 503', { retryAfter: 7000 }));
    const transport = stubTransport(
      () => discovery$,
      () => link$,
    );

    expectObservable(connect(transport).pipe(filter(() => false)), '35s !').toBe('');
    expectSubscriptions(link$.subscriptions).toBe(at(20, 27, 34));
  });

  marbles('spreads the attempts of a fleet by the random numbers it is given', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const dead$ = cold<Socket>('#', undefined, refused);
    const link$ = inTurn(cold('o 9999ms #', { o }, lost), cold('o 9999ms #', { o }, closed), dead$);
    const transport = stubTransport(
      () => cold('r|', { r: answer() }),
      () => link$,
    );

    expectObservable(connect(transport, { backoff: fleet() }).pipe(filter(() => false)), '23500ms !').toBe('');
    // Lost at 10 s: half of 5 s. Closed at 22.5 s: half of 1 s.
    expectSubscriptions(dead$.subscriptions).toBe(at(23));
  });

  marbles('leaves no timer behind when it is ended in a wait of ten minutes', (helpers) => {
    const { cold, expectObservable, expectSubscriptions, flush } = helpers;
    const discovery$ = cold('(r|)', { r: answer('', { errorCode: 2, nextRequestDelay: 600_000 }) });

    expectObservable(connect(stubTransport(() => discovery$)).pipe(filter(() => false)), '5m !').toBe('');
    expectSubscriptions(discovery$.subscriptions).toBe(at(0));
    flush();
    expect(asyncScheduler.now()).to.equal(300_000);
  });
});
