import { expect } from 'chai';
import { once } from 'node:events';
import { type Client, createClient, type ExecutionResult } from 'graphql-ws';
import type { Observable } from 'rxjs';
import { ReplaySubject } from 'rxjs';
import { WebSocket } from 'ws';
import {
  connectDashboard,
  graphqlTransport,
  type Live,
  type Row,
  rows,
  type Rows,
} from '../../../lib/dashboard/index.js';
import type { DashboardServerOptions } from '../../../lib/server/options.js';
import { serveDashboards } from '../../../lib/server/serve-dashboards.js';
import { stateTopic } from '../../../lib/server/state-topic.js';
import { valueTopic } from '../../../lib/server/value-topic.js';
import { startDashboard } from '../../../lib/testing/dashboard/start-dashboard.js';
import { until, untilAll } from '../../support/until.js';

const topics = () => ({ units: stateTopic(), plans: stateTopic(), mode: valueTopic() });
const serve = (options: DashboardServerOptions = {}) => serveDashboards({ topics: topics(), ...options });

/** A client of the package graphql-ws, which ends with the scope. */
const clientOf = (url: string, options: Partial<Parameters<typeof createClient>[0]> = {}): Client & AsyncDisposable => {
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, ...options });
  return { ...client, [Symbol.asyncDispose]: async () => client.dispose() };
};

type Result = ExecutionResult;

const results = (client: Client, query: string, variables?: Record<string, unknown>): Observable<Result> => {
  const result$ = new ReplaySubject<Result>(Infinity);
  client.subscribe<Record<string, unknown>, Record<string, unknown>>(
    { query, ...(variables !== undefined && { variables }) },
    {
      next: (result) => {
        result$.next(result as Result);
      },
      error: (error) => {
        result$.error(error);
      },
      complete: () => {
        result$.complete();
      },
    },
  );
  return result$;
};

const errorOf = (result$: Observable<Result>): Promise<unknown> =>
  until(result$).then(
    () => undefined,
    (error: unknown) => error,
  );

/** A socket that sends what it is told to, and keeps what it is told. */
const dial = async (url: string) => {
  const webSocket = new WebSocket(url, ['graphql-transport-ws']);
  const message$ = new ReplaySubject<{ type: string; id?: string; payload?: unknown }>(Infinity);
  webSocket.on('message', (bytes: Buffer) => {
    message$.next(JSON.parse(bytes.toString()) as { type: string });
  });
  const closed = once(webSocket, 'close').then(([code]) => code as number);
  await once(webSocket, 'open');
  return {
    message$,
    closed,
    send: (message: unknown) => {
      webSocket.send(typeof message === 'string' ? message : JSON.stringify(message));
    },
    [Symbol.dispose]: () => {
      webSocket.terminate();
    },
  };
};

const init = { type: 'connection_init' };
const subscribe = { type: 'subscribe', id: 'a', payload: { query: 'subscription { mode }' } };

describe('a server of dashboards over graphql-transport-ws', () => {
  it('sends a client of graphql-ws the topic as it is, then each update', async () => {
    await using server = await serve();
    await server.publish('units', { id: 'u-1', load: 5 });
    await using client = clientOf(server.url);
    const result$ = results(client, 'subscription ($sort: String!) { units(sort: $sort, site: null) }', {
      sort: 'load',
    });
    const first = await until(result$);
    expect(first.data).to.deep.equal({ units: { rows: [{ id: 'u-1', load: 5 }], total: 1 } });
    expect(first.extensions).to.include({ offset: 1, seq: 0 });
    await server.publish('units', { id: 'u-2', load: 7 });
    const [, second] = await untilAll(2, result$);
    expect(second?.data).to.deep.equal({ units: { set: [{ id: 'u-2', load: 7 }], remove: [], total: 2 } });
    expect(second?.extensions).to.include({ offset: 2, seq: 1 });
  });

  it('lets go of what a client completes, and serves the same id again', async () => {
    await using server = await serve();
    using client = await dial(server.url);
    client.send(init);
    await until(client.message$, ({ type }) => type === 'connection_ack');
    for (let round = 1; round <= 2; round++) {
      client.send(subscribe);
      await untilAll(round, client.message$, ({ type }) => type === 'next');
      client.send({ type: 'complete', id: 'a' });
    }
    client.send({ type: 'complete', id: 'unknown' });
    client.send({ type: 'ping' });
    await until(client.message$, ({ type }) => type === 'pong');
    expect(await (await fetch(`${server.origin}/metrics`)).text()).to.include('\nunitlink_dashboard_subscriptions 0\n');
  });

  it('serves the dashboards of this package, which resume after a lost link', async () => {
    await using server = await startDashboard({ topics: topics(), heartbeat: 50 });
    await server.publish('units', { id: 'u-1' });
    const dashboard = connectDashboard({
      url: server.url,
      codec: graphqlTransport({
        document: (topic, params) => ({
          query: `subscription ($site: String) { ${topic}(site: $site) }`,
          variables: params as Record<string, unknown>,
        }),
      }),
    });
    const live$ = new ReplaySubject<Live<Rows<Row>>>(Infinity);
    dashboard.watch('units', {}, { fold: rows() }).subscribe(live$ as never);
    const shows = (total: number) => (live: Live<Rows<Row>>) => live.status === 'fresh' && live.value?.total === total;
    await until(live$, shows(1));
    server.cut();
    await server.publish('units', { id: 'u-2' });
    const back = await until(live$, shows(2));
    expect(back.hole).to.equal(undefined);
    expect(server.journal.answers.map(({ answer }) => answer)).to.deep.equal(['snapshot', 'resumed']);
    dashboard.stop();
  });

  it('gives a large snapshot as one result, and refuses one that is too large', async () => {
    await using server = await serve();
    const text = 'ü'.repeat(400);
    await Promise.all(Array.from({ length: 2000 }, (_, n) => server.publish('units', { id: `u-${n}`, text })));
    await using client = clientOf(server.url);
    const { data } = await until(results(client, 'subscription { units }'));
    expect((data?.['units'] as { rows: unknown[] }).rows).to.have.length(2000);
    await Promise.all(Array.from({ length: 9000 }, (_, n) => server.publish('units', { id: `v-${n}`, text })));
    const error = await errorOf(results(client, 'subscription { units }'));
    expect(error).to.have.nested.property('[0].extensions.code', 'limit');
  });

  it('authenticates the token of connection_init, and authorizes each topic', async () => {
    await using server = await serve({
      authenticate: (token) => (token === 'ada' ? { id: token } : 'refuse'),
      authorize: (_identity, topic) => topic === 'units',
    });
    await using client = clientOf(server.url, { connectionParams: { token: 'ada' } });
    expect((await until(results(client, 'subscription { units }'))).data).to.have.property('units');
    const error = await errorOf(results(client, 'subscription { plans }'));
    expect(error).to.deep.equal([{ message: 'forbidden', extensions: { code: 'forbidden' } }]);
    await using stranger = clientOf(server.url, { connectionParams: { token: 'eve' } });
    expect(await errorOf(results(stranger, 'subscription { units }'))).to.have.property('code', 4403);
  });

  it('ends the connection of an identity that has expired, so that the client comes with a new token', async () => {
    let life = 150;
    await using server = await serve({
      authenticate: (token) => ({ id: token ?? '', expiresAt: Date.now() + life }),
    });
    const tokens: string[] = [];
    await using client = clientOf(server.url, {
      retryAttempts: 3,
      retryWait: () => Promise.resolve(),
      connectionParams: () => {
        tokens.push(`t-${tokens.length}`);
        if (tokens.length > 1) life = 60_000;
        return { token: tokens.at(-1) };
      },
    });
    await untilAll(2, results(client, 'subscription { mode }'));
    expect(tokens).to.deep.equal(['t-0', 't-1']);
  });

  it('ends an operation that it cannot serve with an error that says why, and the others go on', async () => {
    await using server = await serve();
    await using client = clientOf(server.url);
    const well$ = results(client, 'subscription { mode }');
    await until(well$);
    const message = async (query: string, variables?: Record<string, unknown>): Promise<unknown> => {
      const [error] = (await errorOf(results(client, query, variables))) as [{ message: string; extensions: unknown }];
      return [error.message, error.extensions];
    };
    const invalid = { code: 'invalid-params' };
    expect(await message('{ mode }')).to.deep.equal([
      'only subscriptions are served, and one of them begins the document',
      invalid,
    ]);
    expect(await message('subscription { units { rows } }')).to.deep.equal([
      'units has no fields to select: its value is a scalar with any JSON',
      invalid,
    ]);
    expect(await message('subscription ($page: Int!) { units(page: $page) }')).to.deep.equal([
      'the variable $page is required',
      invalid,
    ]);
    expect(await message('subscription { units(page: -1) }')).to.deep.equal([
      'page must be a whole number from 0 to 1000000',
      invalid,
    ]);
    expect(await message('subscription { nothing }')).to.deep.equal([
      'this server has no such topic',
      { code: 'unknown-topic' },
    ]);
    await server.publish('mode', 'auto');
    expect((await untilAll(2, well$))[1]?.data).to.deep.equal({ mode: 'auto' });
  });

  const wrong: readonly [what: string, code: number, ...messages: unknown[]][] = [
    ['text that is no JSON', 4400, 'x'],
    ['a message of an unknown type', 4400, { type: 'start' }],
    ['a token that is no text', 4400, { ...init, payload: { token: 7 } }],
    ['a subscribe without an id', 4400, init, { ...subscribe, id: '' }],
    ['a subscribe without a query', 4400, init, { ...subscribe, payload: {} }],
    ['variables that are no object', 4400, init, { ...subscribe, payload: { ...subscribe.payload, variables: [] } }],
    ['a subscribe before connection_ack', 4401, subscribe],
    ['an id that is in use', 4409, init, subscribe, subscribe],
    ['a second connection_init', 4429, init, init],
  ];
  for (const [what, code, ...messages] of wrong)
    it(`ends with ${code} on ${what}`, async () => {
      await using server = await serve();
      using client = await dial(server.url);
      for (const message of messages) {
        client.send(message);
        if (message === init) await until(client.message$, ({ type }) => type === 'connection_ack');
      }
      expect(await client.closed).to.equal(code);
    });

  it('ends with 4408 without connection_init in time, and with 1013 if the token could not be checked', async () => {
    await using server = await serve({ helloTimeout: 20 });
    using slow = await dial(server.url);
    expect(await slow.closed).to.equal(4408);
    await using failing = await serve({ authenticate: () => Promise.reject(new Error('no database')) });
    using client = await dial(failing.url);
    client.send(init);
    expect(await client.closed).to.equal(1013);
  });

  it('keeps the bounds: subscriptions of a connection, and of an identity', async () => {
    await using server = await serve({ maxSubscriptions: 1, authenticate: () => ({ id: 'ada' }) });
    await using client = clientOf(server.url);
    await until(results(client, 'subscription { mode }'));
    const error = await errorOf(results(client, 'subscription { units }'));
    expect(error).to.deep.equal([{ message: 'no more than 1 subscriptions', extensions: { code: 'limit' } }]);
  });

  it('is drained like others, with 1012', async () => {
    await using server = await serve();
    using client = await dial(server.url);
    client.send(init);
    await until(client.message$, ({ type }) => type === 'connection_ack');
    await server.drain({ over: 20 });
    expect(await client.closed).to.equal(1012);
  });

  it('promises a ping in each heartbeat, by which a dead link is found', async () => {
    await using server = await serve({ heartbeat: 20 });
    using client = await dial(server.url);
    client.send(init);
    const { payload } = await until(client.message$, ({ type }) => type === 'connection_ack');
    expect(payload).to.include({ serverId: server.serverId, heartbeatMs: 20 });
    await untilAll(2, client.message$, ({ type }) => type === 'ping');
  });
});
