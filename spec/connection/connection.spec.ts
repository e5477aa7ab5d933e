import { expect } from 'chai';
import { asyncScheduler, EMPTY, filter, map, NEVER, of, type Observable } from 'rxjs';
import {
  ConnectError,
  ConnectionClosedError,
  ConnectionLostError,
  CredentialsError,
  UnstableConnectionError,
} from '../../lib/errors.js';
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

const shown = map(shownStep);
const refused = new ConnectError(endpoint('a'), 'refused');
const closed = new ConnectionClosedError(endpoint('a'), 1001, 'restart');
const lost = new ConnectionLostError(endpoint('a'), 1006);
const o = stubSocket();
const values = {
  d: 'discovering',
  c: 'connecting a',
  o: 'connected a',
  C: 'waiting 1 0 ConnectionClosedError',
  L: 'waiting 1 0 ConnectionLostError',
  E: 'waiting 2 1000 CredentialsError',
  F: 'waiting 3 2000 CredentialsError',
  r: 'waiting 2 1000 ConnectError',
  s: 'waiting 3 2000 ConnectError',
  u: 'waiting 2 1000 UnstableConnectionError',
  v: 'waiting 3 2000 UnstableConnectionError',
  w: 'waiting 4 4000 UnstableConnectionError',
  x: 'waiting 5 8000 UnstableConnectionError',
  y: 'waiting 1 0 UnstableConnectionError',
};

describe('a connection', () => {
  marbles('shows each state once: discovering, connecting, connected', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('--r|', { r: answer() }),
      () => cold('   --o', { o }),
    );

    expectObservable(connect(transport).pipe(shown), '10m !').toBe('d-c-o', values);
  });

  marbles('reconnects at once after a close frame, and says why', ({ cold, expectObservable, expectSubscriptions }) => {
    const link$ = cold(' 10ms o 9989ms #', { o }, closed);
    const subs = ['     -^ 9999ms !', '10001ms ^ 19ms !'];
    const unsub = '     10021ms !';
    const expected = '  dc 9ms o 9989ms (Cc) 6ms o';
    const transport = stubTransport(
      () => cold('-r|', { r: answer() }),
      () => link$,
    );

    expectObservable(connect(transport).pipe(shown), unsub).toBe(expected, values);
    expectSubscriptions(link$.subscriptions).toBe(subs);
  });

  marbles('begins a new cycle after every other end: at once, then after 1 and 2 s', ({ cold, expectObservable }) => {
    const link$ = inTurn(cold('10ms o 9989ms #', { o }, lost), cold<Socket>('10ms #', undefined, refused));
    const unsub = '    13s !';
    const expected = ' dc 9ms o 9989ms (Lc) 6ms r 999ms dc 9ms s';
    const transport = stubTransport(
      () => cold('-r|', { r: answer() }),
      () => link$,
    );

    expectObservable(connect(transport).pipe(shown), unsub).toBe(expected, values);
  });

  marbles('stays in the same cycle with a cloud that accepts and closes', ({ cold, expectObservable }) => {
    const expected = 'dcou 999ms cov 1999ms cow 3999ms cox 7999ms co(yd)';
    const transport = stubTransport(
      () => cold('-r|', { r: answer() }),
      () => cold('-o#', { o }, closed),
    );

    // The second cycle asks discovery again: what was discovered may be what is wrong.
    expectObservable(connect(transport).pipe(shown), '15012ms !').toBe(expected, values);
  });

  marbles('counts one short connection as a success where it brought a message', ({ cold, expectObservable }) => {
    const frame$ = cold<Uint8Array>('-f', { f: anAck });
    const transport = stubTransport(
      () => cold('-r|', { r: answer() }),
      () => cold('---------o--#', { o: stubSocket({ frame$ }) }, closed),
    );

    expectObservable(connect(transport).pipe(shown), '30ms !').toBe('dc--------o--(Cc)-----o--2', {
      ...values,
      2: 'waiting 2 1000 ConnectionClosedError',
    });
  });

  marbles('counts a connection as a success once it lived 5 s', ({ cold, expectObservable }) => {
    const failing = (life: string) =>
      stubTransport(
        () => cold('-r|', { r: answer() }),
        () => cold(`9ms o ${life} #`, { o }, lost),
      );

    expectObservable(connect(failing('4998ms')).pipe(shown), '6s !').toBe('dc 8ms o 4998ms u', values);
    expectObservable(connect(failing('5000ms')).pipe(shown), '5012ms !').toBe('dc 8ms o 5000ms (Lc)', values);
  });

  marbles('gives the cause of each wait', ({ cold, expectObservable }) => {
    const link$ = inTurn(
      cold('-o 9999ms #', { o }, closed),
      cold('-o 9999ms #', { o }, lost),
      cold('-o#', { o }, lost),
      cold<Socket>('-#', undefined, refused),
    );
    const transport = stubTransport(
      () => cold('r|', { r: answer() }),
      () => link$,
    );
    const cause$ = connect(transport).pipe(
      filter((event) => event.state === 'waiting'),
      map(({ cause }) => cause),
    );

    expectObservable(cause$, '22s !').toBe('10001ms c 10000ms l-u 1000ms r', {
      c: closed,
      l: lost,
      u: new UnstableConnectionError(lost),
      r: refused,
    });
  });

  marbles('ends the socket with its subscriber', ({ cold, expectObservable, expectSubscriptions, flush }) => {
    const link$ = cold('-o', { o });
    const transport = stubTransport(
      () => cold('-r|', { r: answer() }),
      () => link$,
    );

    expectObservable(connect(transport).pipe(shown), '1s !').toBe('dco', values);
    expectSubscriptions(link$.subscriptions).toBe('-^ 998ms !');
    flush();
    expect(asyncScheduler.now()).to.equal(1000);
  });

  marbles('is made anew by each subscription', ({ cold, expectObservable, expectSubscriptions }) => {
    const discovery$ = cold('-r|', { r: answer() });
    const transport = stubTransport(
      () => discovery$,
      () => cold('-o', { o }),
    );
    const connection$ = connect(transport).pipe(shown);

    expectObservable(connection$, '5ms !').toBe('dco', values);
    expectObservable(connection$, '10ms ^----!').toBe('10ms dco', values);
    expectSubscriptions(discovery$.subscriptions).toBe(['^-!', '10ms ^-!']);
  });
});

describe('the credentials of a connection', () => {
  const transportOn = (link$: Observable<Socket>) =>
    stubTransport(
      () => of(answer()),
      () => link$,
    );

  marbles(
    'that cannot be had are asked for again by the backoff',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const credentials$ = cold<Credentials>('#', undefined, new CredentialsError('gone'));
      const subs = ['(^!)', '1s (^!)'];

      expectObservable(connect(transportOn(NEVER), { credentials$ }).pipe(shown), '2s !').toBe('E 999ms F', values);
      expectSubscriptions(credentials$.subscriptions).toBe(subs);
    },
  );

  marbles('that cannot be used are read again by the backoff', ({ cold, expectObservable }) => {
    const read$ = cold('(a|)', { a: credentials });
    const urls = () => {
      throw new CredentialsError('expired');
    };
    const options = { credentials$: read$, urls };

    expectObservable(connect(transportOn(NEVER), options).pipe(shown), '2s !').toBe('E 999ms F', values);
  });

  marbles('that are used again after they could not be are taken at the next attempt', ({ cold, expectObservable }) => {
    const credentials$ = inTurn(
      cold<Credentials>('#', undefined, new CredentialsError('gone')),
      cold('(a|)', { a: credentials }),
    );
    const transport = transportOn(cold('------o', { o }));

    expectObservable(connect(transport, { credentials$ }).pipe(shown), '2s !').toBe('E 999ms (dc)--o', values);
  });

  marbles('that never come are an error', ({ expectObservable }) => {
    const waiting$ = connect(transportOn(NEVER), { credentials$: EMPTY }).pipe(
      map((event) => ('cause' in event ? event.cause : event.state)),
    );
    const cause = new CredentialsError('the credentials Observable completed without a value');

    expectObservable(waiting$, '500ms !').toBe('c', { c: cause });
  });

  marbles('that do not come within 30 s are an error', ({ expectObservable }) => {
    const waiting$ = connect(transportOn(NEVER), { credentials$: NEVER }).pipe(
      map((event) => ('cause' in event ? event.cause : event.state)),
    );

    expectObservable(waiting$, '30500ms !').toBe('30s c', { c: new CredentialsError('none came within 30000 ms') });
  });

  marbles('that complete after their value leave the connection as it is', ({ cold, expectObservable }) => {
    const transport = transportOn(cold('------o', { o }));

    expectObservable(connect(transport, { credentials$: of(credentials) }).pipe(shown), '1m !').toBe('(dc)--o', values);
  });

  marbles('are asked for anew by each attempt', ({ cold, expectObservable, expectSubscriptions }) => {
    const credentials$ = cold('a', { a: credentials });
    const transport = transportOn(cold('9ms o 9990ms #', { o }, closed));

    expectObservable(connect(transport, { credentials$ }).pipe(shown), '10020ms !').toBe(
      '(dc) 5ms o 9990ms (Cc) 5ms o',
      values,
    );
    expectSubscriptions(credentials$.subscriptions).toBe(['^ 9999ms !', '10s ^ 19ms !']);
  });

  marbles('that change make the unit reconnect with them, at once', (helpers) => {
    const { cold, expectObservable, expectSubscriptions, flush } = helpers;
    const renewed = { ...credentials, cert: 'renewed' };
    const credentials$ = cold('a 9999ms b', { a: credentials, b: renewed });
    const link$ = cold('9ms o', { o });
    const certs: string[] = [];
    const transport = stubTransport(
      () => of(answer()),
      (_, request) => {
        certs.push(request.credentials.cert);
        return link$;
      },
    );

    expectObservable(connect(transport, { credentials$ }).pipe(shown), '10020ms !').toBe(
      '(dc) 5ms o 9990ms c 8ms o',
      values,
    );
    expectSubscriptions(link$.subscriptions).toBe(['^ 9999ms !', '10s ^ 19ms !']);
    flush();
    expect(certs).to.deep.equal(['cert', 'renewed']);
  });

  marbles(
    'that change in the middle of an attempt end that attempt',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const credentials$ = cold('a---b', { a: credentials, b: { ...credentials, cert: 'renewed' } });
      const discovery$ = cold('------r|', { r: answer() });
      const transport = stubTransport(
        () => discovery$,
        () => cold('--o', { o }),
      );

      expectObservable(connect(transport, { credentials$ }).pipe(shown), '1s !').toBe('d---d-----c-o', values);
      expectSubscriptions(discovery$.subscriptions).toBe(['^---!', '----^------!']);
    },
  );
});
