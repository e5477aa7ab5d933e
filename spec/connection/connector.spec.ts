import { expect } from 'chai';
import {
  asyncScheduler,
  defer,
  EMPTY,
  ignoreElements,
  map,
  merge,
  mergeMap,
  NEVER,
  of,
  tap,
  type Observable,
} from 'rxjs';
import { fake } from 'sinon';
import { AttemptMemory } from '../../lib/connection/attempt-memory.js';
import { openConnection } from '../../lib/connection/connection.js';
import { Connector, type ConnectorOptions } from '../../lib/connection/connector.js';
import type { SuspicionReason } from '../../lib/connection/connection-state.js';
import {
  ConnectionClosedError,
  ConnectionLostError,
  ConnectTimeoutError,
  DeadLinkError,
  InsecureUrlError,
  UnstableConnectionError,
} from '../../lib/errors.js';
import type { Socket } from '../../lib/transport/types.js';
import { marbles } from '../support/marbles.js';
import {
  anAck,
  answer,
  connectorOptions,
  credentials,
  endpoint,
  shownStep,
  stubSocket,
  stubTransport,
  type StubTransport,
} from '../support/stub-transport.js';

interface Given extends Partial<ConnectorOptions> {
  readonly suspicion$?: Observable<SuspicionReason>;
}

const attempt = (transport: StubTransport, options: Partial<ConnectorOptions> = {}) =>
  openConnection(new Connector({ ...connectorOptions(transport), ...options }, new AttemptMemory()))(credentials);
const attemptOn = (transport: StubTransport, { suspicion$ = NEVER, ...options }: Given = {}) =>
  defer(() => attempt(transport, options)).pipe(
    mergeMap((step) => merge(of(step), step.link ? suspicion$.pipe(tap(step.link.suspect), ignoreElements()) : EMPTY)),
    map(shownStep),
  );
const values = { d: 'discovering', c: 'connecting a', o: 'connected a' };
const closed = new ConnectionClosedError(endpoint('a'), 1001, '');
const lost = new ConnectionLostError(endpoint('a'), 1006);
const o = stubSocket();

describe('an attempt to connect', () => {
  marbles('discovers, dials, and is connected for as long as the socket lives', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const discovery$ = cold('-r|', { r: answer() });
    const link$ = cold('      --o', { o });
    const subs = '           -^ 10s !';
    const unsub = '         10002ms !';
    const expected = '       dc-o';
    const transport = stubTransport(
      () => discovery$,
      () => link$,
    );

    expectObservable(attemptOn(transport), unsub).toBe(expected, values);
    expectSubscriptions(link$.subscriptions).toBe(subs);
  });

  marbles('shows the endpoint the token it was given, and none where there is none', ({ cold, expectObservable }) => {
    const answering = (authToken: string | null) =>
      stubTransport(
        () => of(answer('a', { authToken })),
        () => cold<Socket>('-'),
      );
    const transport = answering('secret');
    const without = answering(null);

    expectObservable(transport.token$).toBe('t', { t: 'secret' });
    expectObservable(without.token$).toBe('t', { t: '' });
    expectObservable(attemptOn(transport), '1s !').toBe('(dc)', values);
    expectObservable(attemptOn(without), '1s !').toBe('(dc)', values);
  });

  marbles('says since when it is connected, by the wall clock, and with which socket', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r', { r: answer() }),
      () => cold('-o', { o }),
    );
    const told$ = attempt(transport, { now: () => 1234 }).pipe(
      map((step) => (step.state === 'connected' ? [step.since, step.url, step.socket] : shownStep(step))),
    );

    expectObservable(told$, '9ms !').toBe('dco', { ...values, o: [1234, endpoint('a'), o] });
  });

  marbles('is given up when the endpoint has not opened after 30 s', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const link$ = cold<Socket>('30001ms o', { o });
    const subs = '              -^ 29999ms !';
    const expected = '          dc 29999ms #';
    const transport = stubTransport(
      () => cold('-r', { r: answer() }),
      () => link$,
    );

    expectObservable(attemptOn(transport)).toBe(expected, values, new ConnectTimeoutError(endpoint('a'), 30_000));
    expectSubscriptions(link$.subscriptions).toBe(subs);
  });

  marbles('takes a socket that completes for one that was closed', ({ cold, expectObservable }) => {
    const dialled = (socket$: Observable<Socket>) =>
      attemptOn(
        stubTransport(
          () => cold('-r', { r: answer() }),
          () => socket$,
        ),
      );
    const error = new ConnectionClosedError(endpoint('a'), 1000, '');

    expectObservable(dialled(cold('--o 5s |', { o }))).toBe('dc-o 5s #', values, error);
    expectObservable(dialled(cold('  --|'))).toBe('          dc-#', values, error);
  });

  marbles('is not given up when the endpoint opens just in time', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r', { r: answer() }),
      () => cold('29999ms o', { o }),
    );

    expectObservable(attemptOn(transport), '31s !').toBe('dc 29998ms o', values);
  });

  marbles(
    'is given up when discovery has not answered after 30 s',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const discovery$ = cold('-');
      const error = new ConnectTimeoutError('https://x.example/sd/v7/', 30_000);

      expectObservable(attemptOn(stubTransport(() => discovery$))).toBe('d 29999ms #', values, error);
      expectSubscriptions(discovery$.subscriptions).toBe('^ 29999ms !');
    },
  );

  marbles('dials no endpoint without TLS unless that is allowed', ({ cold, expectObservable }) => {
    const plain = answer('', { connectionInfo: ['ws://a.example/'] });
    const transport = stubTransport(
      () => cold('-r', { r: plain }),
      () => cold<Socket>('-'),
    );

    expectObservable(transport.dialled$).toBe('-- 8ms a');
    expectObservable(attemptOn(transport)).toBe('d(c#)', values, new InsecureUrlError('ws://a.example/', 'wss'));
    expectObservable(attemptOn(transport, { allowInsecure: true }), '9ms ^ 9ms !').toBe('9ms dc', values);
  });

  marbles('fails where the credentials name no URL', ({ expectObservable }) => {
    const urls = () => {
      throw new Error('no URL');
    };

    expectObservable(
      attemptOn(
        stubTransport(() => of(answer())),
        { urls },
      ),
    ).toBe('#', {}, new Error('no URL'));
  });

  marbles('ends what it has begun with its subscriber', ({ cold, expectObservable, expectSubscriptions, flush }) => {
    const discovery$ = cold('5ms r', { r: answer() });
    const link$ = cold<Socket>('5ms o', { o });
    const transport = stubTransport(
      () => discovery$,
      () => link$,
    );

    expectObservable(attemptOn(transport), '3ms !').toBe('d', values);
    expectObservable(attemptOn(transport), '8ms !').toBe('d 4ms c', values);
    expectObservable(attemptOn(transport), '12ms !').toBe('d 4ms c 4ms o', values);
    expectSubscriptions(discovery$.subscriptions).toBe(['^--!', '^-------!', '^ 11ms !']);
    expectSubscriptions(link$.subscriptions).toBe(['5ms ^--!', '5ms ^------!']);
    flush();
    expect(asyncScheduler.now()).to.equal(12);
  });
});

describe('the end of an attempt that has connected', () => {
  marbles('is the error of a close frame as it is', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r', { r: answer() }),
      () => cold('o 5s #', { o }, closed),
    );

    expectObservable(attemptOn(transport)).toBe('d(co) 4997ms #', values, closed);
  });

  marbles('is an error at every other end', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r', { r: answer() }),
      () => cold('o 5s #', { o }, lost),
    );

    expectObservable(attemptOn(transport)).toBe('d(co) 4997ms #', values, lost);
  });

  for (const error of [closed, lost]) {
    marbles(`is an UnstableConnectionError before 5 s have passed: ${error.name}`, ({ cold, expectObservable }) => {
      const transport = stubTransport(
        () => cold('-r', { r: answer() }),
        () => cold('o 4998ms #', { o }, error),
      );

      expectObservable(attemptOn(transport)).toBe('d(co) 4995ms #', values, new UnstableConnectionError(error));
    });
  }

  marbles('is no success where only garbage came', ({ cold, expectObservable }) => {
    const frame$ = cold<Uint8Array | 'text'>('---(fg)', { f: new Uint8Array(), g: 'text' });
    const transport = stubTransport(
      () => cold('-r', { r: answer() }),
      () => cold('--o---#', { o: stubSocket({ frame$ }) }, closed),
    );

    expectObservable(attemptOn(transport)).toBe('dc-o---#', values, new UnstableConnectionError(closed));
  });

  marbles('is the close frame after less than 5 s where a message came', ({ cold, expectObservable }) => {
    const frame$ = cold<Uint8Array>('---f', { f: anAck });
    const transport = stubTransport(
      () => cold('-r', { r: answer() }),
      () => cold('--o---#', { o: stubSocket({ frame$ }) }, closed),
    );

    expectObservable(attemptOn(transport)).toBe('dc-o---#', values, closed);
  });

  marbles('takes an age that proves it from the options', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r', { r: answer() }),
      () => cold('--o---#', { o }, closed),
    );

    expectObservable(attemptOn(transport, { stableAfter: 2 })).toBe('dc-o---#', values, closed);
  });
});

describe('a link that dies in silence', () => {
  marbles('is pinged at each interval of its own, and abandoned when no byte answers', (helpers) => {
    const { cold, expectObservable, flush } = helpers;
    const ping = fake(() => asyncScheduler.now());
    // Opened at 3 ms. The pings at 1,003 and 2,003 ms are answered, the one at 3,003 ms is not.
    const activity$ = cold<'pong'>('1010ms p 999ms p', { p: 'pong' });
    const transport = stubTransport(
      () => cold('-r', { r: answer() }),
      () => cold('--o', { o: stubSocket({ activity$, ping }) }),
    );
    const error = new DeadLinkError(endpoint('a'), 'no sign of life within 5000 ms of a ping');

    expectObservable(attemptOn(transport, { pingEvery: 1000 })).toBe('dc-o 7999ms #', values, error);
    flush();
    expect(ping.returnValues).to.deep.equal([1003, 2003, 3003]);
  });

  marbles(
    'is pinged at a suspicion, and abandoned when no byte comes within 5 s',
    ({ cold, hot, expectObservable, flush }) => {
      const [abandon, ping] = [fake(), fake()];
      const socket = stubSocket({ abandon, ping });
      const suspicion$ = hot<SuspicionReason>('10s d', { d: 'silence' });
      const transport = stubTransport(
        () => cold('-r', { r: answer() }),
        () => cold('--o', { o: socket }),
      );
      const error = new DeadLinkError(endpoint('a'), 'no sign of life within 5000 ms of a ping');

      expectObservable(attemptOn(transport, { suspicion$ })).toBe('dc-o 14996ms #', values, error);
      flush();
      expect([ping.callCount, abandon.callCount]).to.deep.equal([1, 1]);
    },
  );

  marbles('lives on when a byte comes after the ping', ({ cold, hot, expectObservable, flush }) => {
    const abandon = fake();
    const activity$ = hot<'bytes'>('10s -b 9998ms -b', { b: 'bytes' });
    const socket = stubSocket({ abandon, activity$ });
    const suspicion$ = hot<SuspicionReason>('10s d 9999ms d', { d: 'silence' });
    const transport = stubTransport(
      () => cold('-r', { r: answer() }),
      () => cold('--o', { o: socket }),
    );

    expectObservable(attemptOn(transport, { suspicion$ }), '60s !').toBe('dc-o', values);
    flush();
    expect(abandon.callCount).to.equal(0);
  });

  marbles('is not judged while it is not read, and anew from then on', ({ cold, hot, expectObservable, flush }) => {
    const ping = fake(() => asyncScheduler.now());
    const activity$ = hot<'ping'>('----p 999ms p', { p: 'ping' });
    const suspicion$ = hot<SuspicionReason>('2s p 27999ms d 29999ms r', { p: 'paused', d: 'silence', r: 'resumed' });
    const transport = stubTransport(
      () => cold('-r', { r: answer() }),
      () => cold('--o', { o: stubSocket({ activity$, ping }) }),
    );
    const error = new DeadLinkError(endpoint('a'), 'no sign of life within 5000 ms of a ping');

    expectObservable(attemptOn(transport, { suspicion$ })).toBe('dc-o 67496ms #', values, error);
    flush();
    expect(ping.returnValues).to.deep.equal([62_500]);
  });

  marbles('is known by the ping interval that an earlier link has shown', ({ cold, expectObservable, flush }) => {
    const abandon = fake();
    const sockets = [stubSocket({ activity$: cold<'ping'>('p 999ms p', { p: 'ping' }) }), stubSocket({ abandon })];
    const transport = stubTransport(
      () => cold('-r', { r: answer() }),
      () => cold('--o 10s #', { o: sockets.shift() ?? o }, closed),
    );
    const attempt$ = attempt(transport).pipe(map(shownStep));
    const dead = new DeadLinkError(endpoint('a'), 'no sign of life within 5000 ms of a ping');

    // 1 s between pings, 2.5 s of silence and 5 s for the pong.
    expectObservable(attempt$).toBe('dc-o 8499ms #', values, dead);
    expectObservable(attempt$, '20s ^').toBe('20s c-o 7499ms #', values, dead);
    flush();
    expect(abandon.callCount).to.equal(1);
  });
});
