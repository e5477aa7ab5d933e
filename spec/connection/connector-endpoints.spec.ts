import { catchError, concat, defer, EMPTY, filter, map, tap, throwError } from 'rxjs';
import { AttemptMemory } from '../../lib/connection/attempt-memory.js';
import { openConnection } from '../../lib/connection/connection.js';
import { Connector, type ConnectorOptions } from '../../lib/connection/connector.js';
import {
  AllEndpointsFailedError,
  ConnectError,
  ConnectionClosedError,
  ConnectionLostError,
  ConnectTimeoutError,
  UnauthorizedError,
  UnstableConnectionError,
} from '../../lib/errors.js';
import type { Socket } from '../../lib/transport/types.js';
import { marbles } from '../support/marbles.js';
import {
  answer,
  connectorOptions,
  credentials,
  endpoint,
  inTurn,
  shownStep,
  stubSocket,
  stubTransport,
  type StubTransport,
} from '../support/stub-transport.js';

const attemptsOn = (transport: StubTransport, options: Partial<ConnectorOptions> = {}) => {
  const memory = new AttemptMemory();
  const open = openConnection(new Connector({ ...connectorOptions(transport), ...options }, memory));
  const attempt$ = defer(() => open(credentials)).pipe(
    map(shownStep),
    tap({
      error: (error: unknown) => {
        if (error instanceof UnstableConnectionError) memory.demote(false);
      },
    }),
  );
  const forget = () => {
    memory.demote(true);
  };
  return { attempt$, forget };
};
const values = Object.fromEntries(
  Array.from('abcdef').flatMap((name) => [
    [name, `connecting ${name}`],
    [name.toUpperCase(), `connected ${name}`],
  ]),
);
const all = { ...values, '?': 'discovering' };
const refused = (name: string) => new ConnectError(endpoint(name), 'refused');
const closed = new ConnectionClosedError(endpoint('a'), 1001, '');
const lost = new ConnectionLostError(endpoint('a'), 1006);
const unauthorized = new UnauthorizedError(endpoint('a'));
const opened = (name: string) => ({ o: stubSocket({ url: endpoint(name) }) });

describe('the endpoints of an attempt', () => {
  marbles('are tried in order, five dead ones before the live one', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r|', { r: answer('abcdef') }),
      (name) => (name === 'f' ? cold('-----o', opened('f')) : cold('-----#', undefined, refused(name))),
    );
    const dialled = ' -a----b----c----d----e----f';
    const expected = '?a----b----c----d----e----f----F';

    expectObservable(transport.dialled$).toBe(dialled);
    expectObservable(attemptsOn(transport).attempt$, '40ms !').toBe(expected, all);
  });

  marbles('are all that fails when the last one does', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r|', { r: answer('ab') }),
      (name) => cold<Socket>('--#', undefined, refused(name)),
    );
    const error = new AllEndpointsFailedError([refused('a'), refused('b')]);

    expectObservable(attemptsOn(transport).attempt$).toBe('?a-b-#', all, error);
  });

  marbles('get 30 s each to open', ({ cold, expectObservable, expectSubscriptions }) => {
    const hanging$ = cold<Socket>('-');
    const transport = stubTransport(
      () => cold('-r|', { r: answer('ab') }),
      (name) => (name === 'a' ? hanging$ : cold('-o', opened('b'))),
    );

    expectObservable(attemptsOn(transport).attempt$, '31s !').toBe('?a 29999ms bB', all);
    expectSubscriptions(hanging$.subscriptions).toBe('-^ 29999ms !');
  });

  marbles('that hang take an attempt of 60 s at most, and the next discovery puts them last', (helpers) => {
    const { cold, expectObservable, flush } = helpers;
    const transport = stubTransport(
      () => cold('-r|', { r: answer('abcdef') }),
      (name) => (name === 'f' ? cold('-o', opened('f')) : cold<Socket>('-')),
    );
    const { attempt$ } = attemptsOn(transport);
    const next$ = attempt$.pipe(catchError(() => EMPTY));

    expectObservable(transport.dialled$).toBe('-a 29999ms b 29999ms -c 29999ms d 29999ms -e 29999ms f');
    expectObservable(concat(next$, next$, attempt$), '151s !').toBe(
      '?a 29999ms b 29999ms ?c 29999ms d 29999ms ?e 29999ms fF',
      all,
    );
    flush();
  });

  marbles('say how many there was no time for', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r|', { r: answer('abcd') }),
      () => cold<Socket>('-'),
    );
    const late = (name: string) => new ConnectTimeoutError(endpoint(name), 30_000);
    const error = new AllEndpointsFailedError([late('a'), late('b')], 2);

    expectObservable(attemptsOn(transport).attempt$).toBe('?a 29999ms b 29999ms #', all, error);
  });

  marbles('of which one cannot be dialled do not cost the others', ({ cold, expectObservable }) => {
    const connectionInfo = ['wss://x.example/#a', 'ws://y.example/', `wss://${'z'.repeat(9000)}/`, endpoint('a')];
    const transport = stubTransport(
      () => cold('-r|', { r: answer('', { connectionInfo }) }),
      () => cold('-o', opened('a')),
    );

    expectObservable(transport.dialled$).toBe('-a');
    expectObservable(attemptsOn(transport).attempt$.pipe(filter((step) => step === 'connected a')), '9ms !').toBe(
      '--A',
      all,
    );
  });

  marbles('are discovered once and used again over reconnects', ({ cold, expectObservable, expectSubscriptions }) => {
    const discovery$ = cold('-r|', { r: answer() });
    const transport = stubTransport(
      () => discovery$,
      () => cold('-o 5s #', opened('a'), lost),
    );
    const { attempt$ } = attemptsOn(transport);

    expectObservable(attempt$).toBe('       ?aA 5000ms #', all, lost);
    expectObservable(attempt$, '10s ^').toBe('10s aA 5000ms #', all, lost);
    expectObservable(attempt$, '20s ^').toBe('20s aA 5000ms #', all, lost);
    expectSubscriptions(discovery$.subscriptions).toBe('^-!');
  });

  marbles('that failed are passed over on reconnects, until none is left', (helpers) => {
    const { cold, expectObservable, expectSubscriptions } = helpers;
    const discovery$ = cold('-r|', { r: answer('ab') });
    const b$ = inTurn(
      cold('-o 5s #', opened('b'), lost),
      cold('-o 5s #', opened('b'), lost),
      cold<Socket>('-#', undefined, refused('b')),
    );
    const transport = stubTransport(
      () => discovery$,
      (name) => (name === 'a' ? cold<Socket>('-#', undefined, refused('a')) : b$),
    );
    const { attempt$ } = attemptsOn(transport);

    expectObservable(attempt$).toBe('?abB 5000ms #', all, lost);
    expectObservable(attempt$, '10s ^').toBe('10s bB 5000ms #', all, lost);
    expectObservable(attempt$, '20s ^').toBe('20s b#', all, refused('b'));
    const both = new AllEndpointsFailedError([refused('a'), refused('b')]);
    expectObservable(attempt$, '30s ^').toBe('30s ?ab#', all, both);
    expectSubscriptions(discovery$.subscriptions).toBe(['^-!', '30s ^-!']);
  });

  marbles('that open and end at once come last in the next attempt', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r|', { r: answer('ab') }),
      (name) => cold('-o-#', opened(name), closed),
    );
    const { attempt$ } = attemptsOn(transport);
    const unstable = new UnstableConnectionError(closed);

    expectObservable(attempt$).toBe('?aA-#', all, unstable);
    expectObservable(attempt$, '10s ^').toBe('10s bB-#', all, unstable);
    expectObservable(attempt$, '20s ^').toBe('20s aA-#', all, unstable);
  });

  marbles('are not tried any further once one has opened', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r|', { r: answer('ab') }),
      (name) => cold('-o 5s #', opened(name), lost),
    );

    expectObservable(transport.dialled$).toBe('-a');
    expectObservable(attemptsOn(transport).attempt$).toBe('?aA 5000ms #', all, lost);
  });

  marbles('are discovered anew when they are to be forgotten', ({ cold, expectObservable, expectSubscriptions }) => {
    const discovery$ = cold('-r|', { r: answer() });
    const transport = stubTransport(
      () => discovery$,
      () => cold('-o 5s #', opened('a'), lost),
    );
    const { attempt$, forget } = attemptsOn(transport);
    const forgetful$ = cold('--f').pipe(
      map(forget),
      filter(() => false),
    );

    expectObservable(attempt$).toBe('?aA 5000ms #', all, lost);
    expectObservable(forgetful$, '9s ^').toBe('');
    expectObservable(attempt$, '10s ^').toBe('10s ?aA 5000ms #', all, lost);
    expectSubscriptions(discovery$.subscriptions).toBe(['^-!', '10s ^-!']);
  });
});

describe('a 401 of an endpoint', () => {
  const tokens = (...given: readonly string[]) => {
    const left = [...given];
    return () => answer('ab', { authToken: left.shift() });
  };

  marbles('gets a new token by one discovery at once, and is no failure then', ({ cold, expectObservable }) => {
    const next = tokens('old', 'new');
    const transport = stubTransport(
      () => cold('-r|', { r: next() }),
      (_, { token }) =>
        token === 'old' ? cold<Socket>('-#', undefined, unauthorized) : cold('-o 5s #', opened('a'), lost),
    );
    const asked = '   x-x';
    const shown = '   -o-n';
    const expected = '?a?aA 5000ms #';

    expectObservable(transport.asked$).toBe(asked);
    expectObservable(transport.token$).toBe(shown, { o: 'old', n: 'new' });
    expectObservable(attemptsOn(transport).attempt$).toBe(expected, all, lost);
  });

  marbles('keeps the void token from the other endpoints', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r|', { r: answer('ab') }),
      () => cold<Socket>('-#', undefined, unauthorized),
    );

    expectObservable(transport.dialled$).toBe('-a-a');
    expectObservable(attemptsOn(transport).attempt$).toBe('?a?a#', all, unauthorized);
  });

  marbles('is left to the backoff the second time, and every time after that', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r|', { r: answer() }),
      () => cold<Socket>('-#', undefined, unauthorized),
    );
    const { attempt$ } = attemptsOn(transport);

    expectObservable(attempt$).toBe('               ?a?a#', all, unauthorized);
    expectObservable(attempt$, '10ms ^').toBe('10ms ?a#', all, unauthorized);
    expectObservable(attempt$, '20ms ^').toBe('20ms ?a#', all, unauthorized);
  });

  marbles('gets its discovery at once again after an upgrade that went well', ({ cold, expectObservable }) => {
    const a$ = inTurn(
      cold<Socket>('-#', undefined, unauthorized),
      cold('-o 5s #', opened('a'), lost),
      cold<Socket>('-#', undefined, unauthorized),
      cold('-o 5s #', opened('a'), lost),
    );
    const transport = stubTransport(
      () => cold('-r|', { r: answer() }),
      () => a$,
    );
    const { attempt$ } = attemptsOn(transport);

    expectObservable(attempt$).toBe('?a?aA 5000ms #', all, lost);
    expectObservable(attempt$, '10s ^').toBe('10s a?aA 5000ms #', all, lost);
  });

  marbles('whose discovery fails is a failed attempt', ({ cold, expectObservable }) => {
    const down = new ConnectTimeoutError('https://x.example/', 30_000);
    const discovery$ = inTurn(
      cold('-r|', { r: answer() }),
      throwError(() => down),
    );
    const transport = stubTransport(
      () => discovery$,
      () => cold<Socket>('-#', undefined, unauthorized),
    );

    expectObservable(attemptsOn(transport).attempt$).toBe('?a(?#)', all, down);
  });

  marbles('behind a dead endpoint ends the series as well', ({ cold, expectObservable }) => {
    const transport = stubTransport(
      () => cold('-r|', { r: answer('abc') }),
      (name) => cold<Socket>('-#', undefined, name === 'a' ? refused('a') : unauthorized),
    );

    expectObservable(transport.dialled$).toBe('-ab-ab');
    expectObservable(attemptsOn(transport).attempt$).toBe('?ab?ab#', all, unauthorized);
  });
});
