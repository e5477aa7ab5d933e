import { filter, map, merge, NEVER, of, Subject, type Observable } from 'rxjs';
import type { ConnectionState } from '../../lib/connection/connection-state.js';
import { ConnectError, ConnectionClosedError, ConnectionLostError, CredentialsError } from '../../lib/errors.js';
import type { Credentials, Socket } from '../../lib/transport/types.js';
import { marbles } from '../support/marbles.js';
import {
  anAck,
  answer,
  connect,
  credentials,
  endpoint,
  inTurn,
  shownStep,
  stubSocket,
  stubTransport,
} from '../support/stub-transport.js';

const ids = {
  a: credentials,
  b: { ...credentials, cert: 'b' },
  e: { ...credentials, cert: 'e' },
  f: { ...credentials, ca: 'f' },
};
const refused = new ConnectError(endpoint('a'), 'refused');
const lost = new ConnectionLostError(endpoint('a'), 1006);
const closed = new ConnectionClosedError(endpoint('a'), 1008, 'another session');
const values = {
  d: 'discovering',
  c: 'connecting a',
  o: 'connected a',
  L: 'waiting 1 0 ConnectionLostError',
  v: 'waiting 2 1000 ConnectError',
  w: 'waiting 3 2000 ConnectError',
  u: 'waiting 2 1000 UnstableConnectionError',
  z: 'waiting 2 1000 CredentialsError',
  r: 'parallel: waiting 2 1000 ConnectError',
  s: 'parallel: waiting 3 2000 ConnectError',
  x: 'parallel: waiting 1 0 CredentialsError',
  y: 'parallel: waiting 2 1000 UnstableConnectionError',
  k: 'parallel: connected a',
};
const o = stubSocket();

/** What is told of a connection with these credentials, and beside it; each dial gets the next of the links. */
const overlapping = (credentials$: Observable<Credentials>, ...links: readonly Observable<Socket>[]) => {
  const parallel$ = new Subject<string>();
  const link$ = inTurn(...links);
  const transport = stubTransport(
    () => of(answer()),
    () => link$,
  );
  const onParallelAttempt = (state: ConnectionState) => {
    parallel$.next(`parallel: ${shownStep(state)}`);
  };
  return merge(parallel$, connect(transport, { credentials$, onParallelAttempt }).pipe(map(shownStep)));
};

describe('a connection that overlaps with the next', () => {
  marbles('is closed once the next has lived for 5 s', ({ cold, expectObservable, expectSubscriptions }) => {
    const ids$ = cold('    a 9999ms b', ids);
    const first = cold('   ------o', { o });
    const second = cold('  ---o', { o });
    const firstSubs = '    ^ 15002ms !';
    const secondSubs = '   10s ^ 9999ms !';
    const expected = '     (dc)--o 14996ms o';

    expectObservable(overlapping(ids$, first, second), '20s !').toBe(expected, values);
    expectSubscriptions(first.subscriptions).toBe(firstSubs);
    expectSubscriptions(second.subscriptions).toBe(secondSubs);
  });

  marbles('is closed once the next has brought a message', ({ cold, expectObservable, expectSubscriptions }) => {
    const frame$ = cold<Uint8Array | 'text'>('-tf', { t: 'text', f: anAck });
    const first = cold('   ------o', { o });
    const second = cold('  ---o', { o: stubSocket({ frame$ }) });
    const firstSubs = '    ^ 10004ms !';
    const expected = '     (dc)--o 9998ms o';

    expectObservable(overlapping(cold('a 9999ms b', ids), first, second), '20s !').toBe(expected, values);
    expectSubscriptions(first.subscriptions).toBe(firstSubs);
  });

  marbles('goes on while the next cannot be opened, which is tried again by the backoff', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const ids$ = inTurn(cold('a 9999ms b', ids), cold('b', ids));
    const first = cold('      ------o', { o });
    const failing = cold('    ---#', { o }, refused);
    const third = cold('      ---o', { o });
    const firstSubs = '       ^ 18008ms !';
    const expected = '        (dc)--o 9996ms r 1002ms s 7002ms o';

    expectObservable(overlapping(ids$, first, failing, failing, third), '20s !').toBe(expected, values);
    expectSubscriptions(first.subscriptions).toBe(firstSubs);
    expectSubscriptions(failing.subscriptions).toBe(['10s ^--!', '11003ms ^--!']);
  });

  marbles('goes on for good, and says so, where its own credentials come again', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const ids$ = inTurn(cold('a 9999ms b', ids), cold('a', ids));
    const first = cold('      ------o', { o });
    const failing = cold('    ---#', { o }, refused);
    const expected = '        (dc)--o 9996ms r 999ms k';

    expectObservable(overlapping(ids$, first, failing), '1m !').toBe(expected, values);
    expectSubscriptions(first.subscriptions).toBe('^ 59999ms !');
    expectSubscriptions(failing.subscriptions).toBe('10s ^--!');
  });

  marbles('gives way where its own certificate comes again with another authority', ({ cold, expectObservable }) => {
    const ids$ = inTurn(cold('a 9999ms b', ids), cold('f', ids));
    const first = cold('      ------o', { o });
    const failing = cold('    ---#', { o }, refused);
    const third = cold('      ---o', { o });
    const expected = '        (dc)--o 9996ms r 6002ms o';

    expectObservable(overlapping(ids$, first, failing, third), '20s !').toBe(expected, values);
  });

  marbles('is opened anew where the credentials say so, though they are the same', ({ cold, expectObservable }) => {
    const ids$ = cold('    a 9999ms a', ids);

    expectObservable(overlapping(ids$, cold('------o', { o }), cold('---o', { o })), '20s !').toBe(
      '(dc)--o 14996ms o',
      values,
    );
  });

  marbles('goes on where the next is accepted and closed', ({ cold, expectObservable }) => {
    const ids$ = inTurn(cold('a 9999ms b', ids), NEVER);
    const second = cold('     ---o--#', { o }, closed);

    expectObservable(overlapping(ids$, cold('------o', { o }), second), '20s !').toBe('(dc)--o 9999ms y', values);
  });

  marbles('goes on where the credentials fail, which are asked again', ({ cold, expectObservable }) => {
    const ids$ = inTurn(cold('a 9999ms #', ids, new CredentialsError('gone')), cold('b', ids));
    const second = cold('     ---o', { o });
    const expected = '        (dc)--o 9993ms x 5002ms o';

    expectObservable(overlapping(ids$, cold('------o', { o }), second), '20s !').toBe(expected, values);
  });

  marbles('is not there as long as the credentials fail, which is a state of its own', ({ cold, expectObservable }) => {
    const ids$ = inTurn(cold('#', ids, new CredentialsError('gone')), cold('a', ids));

    expectObservable(overlapping(ids$, cold('------o', { o })), '20s !').toBe('z 999ms (dc)--o', values);
  });

  marbles('leaves its place to the next, as far as that is, when it is lost', (helpers) => {
    const { cold, expectObservable } = helpers;
    const ids$ = cold('           a 9999ms b', ids);
    const opening = cold('        ------o 9994ms #', { o }, lost);
    const beingProven = cold('    ------o 9997ms #', { o }, closed);
    const second = cold('                     ---o', { o });

    expectObservable(overlapping(ids$, opening, second), '20s !').toBe('    (dc)--o 9994ms c-o', values);
    expectObservable(overlapping(ids$, beingProven, second), '20s !').toBe('(dc)--o 9997ms o', values);
  });

  marbles('begins anew at once when it is lost while the next waits for its next attempt', (helpers) => {
    const { cold, expectObservable } = helpers;
    const ids$ = inTurn(cold('a 9999ms b', ids), cold('b', ids));
    const first = cold('      ------o 10493ms #', { o }, lost);
    const failing = cold('    ---#', { o }, refused);
    const third = cold('      ------o', { o });
    // The one endpoint was passed over, so discovery is asked again.
    const expected = '        (dc)--o 9996ms r 496ms (Ldc)-o';

    expectObservable(overlapping(ids$, first, failing, third), '20s !').toBe(expected, values);
  });

  marbles('begins a new cycle of waits with each link that takes over', ({ cold, expectObservable }) => {
    const ids$ = inTurn(cold('a', ids), cold('a', ids), cold('a 9999ms b', ids));
    const failing = cold('    #', { o }, refused);
    const first = cold('      ------o 9997ms #', { o }, closed);
    const second = cold('     ---o-#', { o }, lost);
    const wait$ = overlapping(ids$, failing, failing, first, second).pipe(filter((step) => step.startsWith('waiting')));

    expectObservable(wait$, '13500ms !').toBe('v 999ms w 12004ms u', values);
  });

  marbles('is not waited for while it is not open yet', ({ cold, expectObservable, expectSubscriptions }) => {
    const first = cold<Socket>('-');
    const second = cold('---o', { o });

    expectObservable(overlapping(cold('a---b', ids), first, second), '20s !').toBe('(dc)c--o', values);
    expectSubscriptions(first.subscriptions).toBe('^---!');
  });

  marbles('gives way to the last of several', ({ cold, expectObservable, expectSubscriptions }) => {
    const first = cold('  ------o', { o });
    const second = cold('           --o', { o });
    const third = cold('                       ---o', { o });
    const ids$ = cold('   a 9999ms b 99ms e', ids);

    expectObservable(overlapping(ids$, first, second, third), '20s !').toBe('(dc)--o 15096ms o', values);
    expectSubscriptions(second.subscriptions).toBe('10s ^ 99ms !');
  });

  marbles('ends with its subscriber, and the next with it', ({ cold, expectObservable, expectSubscriptions }) => {
    const first = cold('------o', { o });
    const second = cold('---o', { o });

    expectObservable(overlapping(cold('a 9999ms b', ids), first, second), '11s !').toBe('(dc)--o', values);
    expectSubscriptions(first.subscriptions).toBe('^ 10999ms !');
    expectSubscriptions(second.subscriptions).toBe('10s ^ 999ms !');
  });
});
