import { expect } from 'chai';
import { firstValueFrom, Subject, take, toArray } from 'rxjs';
import { connectDashboard } from '../../lib/dashboard/connect-dashboard.js';
import type { DashboardServerOptions } from '../../lib/server/options.js';
import { serveDashboards } from '../../lib/server/serve-dashboards.js';
import { stateTopic } from '../../lib/server/state-topic.js';
import { dialDashboard, joinDashboard } from '../support/dashboard-client.js';

const serve = (options: DashboardServerOptions) =>
  serveDashboards({ topics: { units: stateTopic(), plans: stateTopic() }, heartbeat: 20, ...options });

const hello = { messageType: 'hello', protocol: 'unitlink.dashboard.1' } as const;

describe('the identity of a page', () => {
  it('is decided on by the token and by the request of the upgrade', async () => {
    await using server = await serve({
      authenticate: (token, { headers }) => ({ id: `${token ?? ''} ${headers.cookie ?? ''}` }),
      authorize: ({ id }, topic) => id === 'ada s=1' && topic === 'units',
    });
    await using client = await dialDashboard(server.url, 'c-1', { headers: { cookie: 's=1' } });
    await client.hello({ token: 'ada' });
    client.subscribe('units');
    client.subscribe('plans');
    await client.first('snapshot');
    expect(await client.first('ended')).to.include({ subId: 'plans', code: 'forbidden' });
  });

  it('narrows the params, and a position that was reached with others is not resumed from', async () => {
    let site = 'a';
    await using server = await serve({
      authenticate: () => ({ id: 'ada' }),
      authorize: () => ({ params: { site } }),
    });
    await server.publish('units', { id: 'u-1', site: 'a' });
    await server.publish('units', { id: 'u-2', site: 'b' });
    await using client = await joinDashboard(server.url);
    client.subscribe('units');
    const { epoch, offset, payload } = await client.first('snapshot');
    expect(payload).to.deep.equal({ rows: [{ id: 'u-1', site: 'a' }], total: 1 });
    client.subscribe('units', { gen: 2, resume: { epoch, offset } });
    await client.first('resumed');
    site = 'b';
    client.subscribe('units', { gen: 3, resume: { epoch, offset } });
    expect((await client.first('snapshot', ({ gen }) => gen === 3)).payload).to.deep.equal({
      rows: [{ id: 'u-2', site: 'b' }],
      total: 1,
    });
  });

  it('refuses for now while authorize throws', async () => {
    await using server = await serve({
      authorize: () => {
        throw new Error('no database');
      },
    });
    await using client = await joinDashboard(server.url);
    client.subscribe('units');
    expect(await client.first('ended')).to.include({ code: 'failed', retryAfter: 1000 });
  });

  it('asks for a new token in time, and keeps the link and what the new one may see', async () => {
    let rights = ['units', 'plans'];
    const asked: (string | undefined)[] = [];
    await using server = await serve({
      authenticate: (token) => {
        asked.push(token);
        return { id: 'ada', ...(token === 'short' && { expiresAt: Date.now() + 500 }) };
      },
      authorize: (_identity, topic) => rights.includes(topic),
    });
    await using client = await joinDashboard(server.url, 'c-1', { token: 'short' });
    client.subscribe('units');
    client.subscribe('plans');
    await client.several(2, 'snapshot');
    const { expiresInMs } = await client.first('renew');
    expect(expiresInMs).to.be.within(1, 100);
    rights = ['units'];
    client.send({ ...hello, token: 'long' });
    expect(await client.first('ended')).to.include({ subId: 'plans', code: 'forbidden' });
    await server.publish('units', { id: 'u-1' });
    expect(await client.first('update')).to.include({ subId: 'units', seq: 1 });
    expect(asked).to.deep.equal(['short', 'long']);
  });

  it('lasts on one connection of a dashboard for as long as its token function gives new ones', async () => {
    const asked$ = new Subject<string | undefined>();
    await using server = await serve({
      authenticate: (token) => {
        asked$.next(token);
        return { id: 'ada', expiresAt: Date.now() + 1000 };
      },
    });
    let issued = 0;
    const dashboard = connectDashboard({ url: server.url, token: () => `token-${++issued}` });
    const states = new Set<string>();
    const watching = dashboard.state$.subscribe(({ state }) => {
      if (state === 'live' || states.size > 0) states.add(state);
    });
    // When the third one is asked for, the first has ended.
    const asked = await firstValueFrom(asked$.pipe(take(3), toArray()), { defaultValue: [] });
    watching.unsubscribe();
    dashboard.stop();
    expect(asked).to.deep.equal(['token-1', 'token-2', 'token-3']);
    expect([...states]).to.deep.equal(['live']);
  });

  it('ends with 4401 if no new token comes, or one of another identity', async () => {
    await using server = await serve({
      authenticate: (token = '') => ({ id: token, ...(token === 'short' && { expiresAt: Date.now() + 50 }) }),
    });
    await using client = await joinDashboard(server.url, 'c-1', { token: 'short' });
    expect(await client.ended).to.deep.equal([4401, 'the token has expired']);
    await using other = await joinDashboard(server.url, 'c-2', { token: 'ada' });
    other.send({ ...hello, token: 'bob' });
    expect(await other.ended).to.deep.equal([4401, 'the token is of another identity']);
  });

  it('ends with 4401 if the token has expired already', async () => {
    await using server = await serve({ authenticate: () => ({ id: 'ada', expiresAt: Date.now() - 1 }) });
    await using client = await dialDashboard(server.url);
    client.send(hello);
    expect((await client.ended)[0]).to.equal(4401);
  });

  it('has no more connections and subscriptions than it may, on all links together', async () => {
    await using server = await serve({
      ...{ maxConnectionsOfIdentity: 2, maxSubscriptionsOfIdentity: 2 },
      authenticate: (token = '') => ({ id: token }),
    });
    await using one = await joinDashboard(server.url, 'c-1', { token: 'ada' });
    const two = await joinDashboard(server.url, 'c-2', { token: 'ada' });
    await using three = await dialDashboard(server.url, 'c-3');
    three.send({ ...hello, token: 'ada' });
    expect((await three.ended)[0]).to.equal(4403);
    two.subscribe('units');
    two.subscribe('plans');
    await two.several(2, 'snapshot');
    one.subscribe('units');
    expect(await one.first('ended')).to.include({ code: 'limit' });
    await two[Symbol.asyncDispose]();
    await using four = await joinDashboard(server.url, 'c-4', { token: 'ada' });
    four.subscribe('units');
    await four.first('snapshot');
    await using bob = await joinDashboard(server.url, 'c-5', { token: 'bob' });
    bob.subscribe('units');
    await bob.first('snapshot');
  });
});
