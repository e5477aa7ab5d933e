import { expect } from 'chai';
import { BehaviorSubject, ReplaySubject } from 'rxjs';
import {
  connectDashboard,
  graphqlTransport,
  type Dashboard,
  type DashboardOptions,
  type Live,
} from '../../lib/dashboard/index.js';
import { startGraphqlServer, type GraphqlServer } from '../support/graphql-server.js';
import { until } from '../support/until.js';

const documents: Readonly<Record<string, string>> = {
  counter: 'subscription ($from: Int) { counter(from: $from) }',
  typo: 'subscription { countre }',
};

const codec = graphqlTransport({
  document: (topic, params) => ({ query: documents[topic] ?? '', variables: { from: params } }),
});

/** A dashboard of a server, which ends with the scope. */
const connect = (server: GraphqlServer, options: Partial<DashboardOptions> = {}): Dashboard & Disposable => {
  const dashboard = connectDashboard({ url: server.url, codec, token: 'secret', ...options });
  return { ...dashboard, [Symbol.dispose]: dashboard.stop };
};

/** What a watch shows, from its first value on. */
const watching = (dashboard: Dashboard, topic: string, params?: unknown): ReplaySubject<Live<number>> => {
  const live$ = new ReplaySubject<Live<number>>(Infinity);
  dashboard.watch<number>(topic, params).subscribe(live$);
  return live$;
};

const fresh =
  (value: number) =>
  (live: Live<number>): boolean =>
    live.status === 'fresh' && live.value === value;

describe('a dashboard on a graphql-ws server', () => {
  it('shows values as they come', async () => {
    await using server = await startGraphqlServer();
    using dashboard = connect(server);
    const live$ = watching(dashboard, 'counter', 5);
    await until(live$, fresh(5));
    server.tick();
    await until(live$, fresh(6));
    expect(server.inits).to.deep.equal([{ token: 'secret' }]);
  });

  it('subscribes again on the next connection when the socket is cut', async () => {
    await using server = await startGraphqlServer();
    using dashboard = connect(server);
    const first$ = watching(dashboard, 'counter', 5);
    const second$ = watching(dashboard, 'counter', 50);
    await Promise.all([until(first$, fresh(5)), until(second$, fresh(50))]);
    server.tick();
    await Promise.all([until(first$, fresh(6)), until(second$, fresh(51))]);
    server.cut();
    const back = (live: Live<number>) => live.hole !== undefined && live.status === 'fresh';
    expect(await until(first$, back)).to.include({ value: 5 });
    expect(await until(second$, back)).to.include({ value: 50 });
    expect([...server.operations].sort()).to.deep.equal([5, 5, 50, 50]);
    await until(server.running$, (running) => running === 2);
  });

  it('shows the error of an operation that is refused, and the other watches go on', async () => {
    await using server = await startGraphqlServer();
    using dashboard = connect(server);
    const live$ = watching(dashboard, 'counter', 5);
    const refused = await until(watching(dashboard, 'typo'), ({ status }) => status === 'error');
    expect(refused.error).to.have.property('message').that.includes('countre');
    server.tick();
    await until(live$, fresh(6));
  });

  it('begins anew with other params, and ends the operation there was', async () => {
    await using server = await startGraphqlServer();
    using dashboard = connect(server);
    const from$ = new BehaviorSubject(5);
    const live$ = watching(dashboard, 'counter', from$);
    await until(live$, fresh(5));
    from$.next(70);
    await until(live$, fresh(70));
    server.tick();
    await until(live$, fresh(71));
    expect(server.operations).to.deep.equal([5, 70]);
    await until(server.running$, (running) => running === 1);
  });

  it('ends the operation of a watch that is over', async () => {
    await using server = await startGraphqlServer();
    using dashboard = connect(server);
    const live$ = watching(dashboard, 'counter', 50);
    const other = dashboard.watch<number>('counter', 5).subscribe();
    await until(live$, fresh(50));
    await until(server.running$, (running) => running === 2);
    other.unsubscribe();
    await until(server.running$, (running) => running === 1);
    server.tick();
    await until(live$, fresh(51));
  });

  it('shows that an operation is complete', async () => {
    await using server = await startGraphqlServer();
    using dashboard = connect(server);
    const live$ = watching(dashboard, 'counter', 5);
    await until(live$, fresh(5));
    server.finish();
    const { error, value } = await until(live$, ({ reason }) => reason === 'source');
    expect(value).to.equal(5);
    expect(error).to.include({ code: 'complete' });
  });

  it('asks for another token after 4401, once', async () => {
    await using server = await startGraphqlServer({
      onConnect: ({ connectionParams, extra }) => {
        if (connectionParams?.['token'] !== 'new') extra.socket.close(4401, 'expired');
        return true;
      },
    });
    const asked: boolean[] = [];
    const token = ({ refused }: { refused: boolean }) => {
      asked.push(refused);
      return refused ? 'new' : 'old';
    };
    using dashboard = connect(server, { token });
    await until(watching(dashboard, 'counter', 5), fresh(5));
    expect(asked).to.deep.equal([false, true]);
    expect(server.inits).to.deep.equal([{ token: 'old' }, { token: 'new' }]);
  });

  it('asks for another token after 4403, as such servers close where one has expired', async () => {
    await using server = await startGraphqlServer({
      onConnect: ({ connectionParams }) => connectionParams?.['token'] === 'new',
    });
    using dashboard = connect(server, { token: ({ refused }) => (refused ? 'new' : 'old') });
    await until(watching(dashboard, 'counter', 5), fresh(5));
    expect(server.inits).to.deep.equal([{ token: 'old' }, { token: 'new' }]);
  });

  it('says that 4403 is the end of a token that cannot be renewed, and when it is tried again', async () => {
    await using server = await startGraphqlServer({ onConnect: () => false });
    using dashboard = connect(server);
    const failed = await until(dashboard.state$, ({ state }) => state === 'failed');
    expect(failed).to.have.property('until').above(Date.now());
    expect(failed).to.have.nested.property('cause.code', 4403);
    expect(server.inits).to.have.length(1);
  });

  for (const code of [4400, 4408, 4409, 4429, 4500])
    it(`connects again after ${code}`, async () => {
      await using server = await startGraphqlServer();
      using dashboard = connect(server);
      const live$ = watching(dashboard, 'counter', 5);
      await until(live$, fresh(5));
      const waiting = until(dashboard.state$, ({ state }) => state === 'waiting');
      for (const socket of server.sockets) socket.close(code);
      expect(await waiting).to.have.nested.property('cause.code', code);
      await until(live$, ({ status, hole }) => status === 'fresh' && hole !== undefined);
    });

  it('answers pings', async () => {
    await using server = await startGraphqlServer();
    using dashboard = connect(server);
    await until(watching(dashboard, 'counter', 5), fresh(5));
    const [socket] = server.sockets;
    const heard = new Promise((resolve) =>
      socket?.on('message', (text) => {
        resolve((text as Buffer).toString());
      }),
    );
    socket?.send('{"type":"ping"}');
    expect(await heard).to.equal('{"type":"pong"}');
  });

  it('finds by its own pings that nobody is there any more', async () => {
    await using server = await startGraphqlServer();
    using dashboard = connect(server, { pingInterval: 50, pongTimeout: 100, deadAfter: 2600 });
    await until(watching(dashboard, 'counter', 5), fresh(5));
    await until(dashboard.state$, ({ state }) => state === 'live');
    const [socket] = server.sockets;
    socket?.pause();
    expect(await until(dashboard.state$, ({ state }) => state === 'suspect')).to.include({ suspicion: 'pong' });
    await until(dashboard.state$, ({ state }) => state === 'live');
    expect(server.inits).to.have.length(2);
    socket?.resume();
  });
});
