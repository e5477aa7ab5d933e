import { expect } from 'chai';
import { finalize, NEVER, Observable, startWith, Subject, tap, throwError } from 'rxjs';
import { serveDashboards } from '../../lib/server/serve-dashboards.js';
import { removed, topic } from '../../lib/server/source-topic.js';
import { stateTopic } from '../../lib/server/state-topic.js';
import { valueTopic } from '../../lib/server/value-topic.js';
import { joinDashboard } from '../support/dashboard-client.js';

const heartbeat = 20;

describe('a topic out of the data of the app', () => {
  it('numbers the entries of an Observable, which is subscribed once while pages watch it', async () => {
    const unit$ = new Subject<unknown>();
    let subscribed = 0;
    const let$ = new Subject<void>();
    const source$ = unit$.pipe(
      startWith({ id: 'u-1', load: 1 }),
      tap({ subscribe: () => subscribed++ }),
      finalize(() => {
        let$.next();
        let$.complete();
      }),
    );
    await using server = await serveDashboards({ heartbeat, topics: { units: topic(source$, { idleAfter: 20 }) } });
    expect(subscribed).to.equal(0);
    const one = await joinDashboard(server.url, 'c-1');
    const two = await joinDashboard(server.url, 'c-2');
    for (const client of [one, two]) client.subscribe('units');
    const { payload, epoch, offset } = await one.first('snapshot');
    expect(payload).to.deep.equal({ rows: [{ id: 'u-1', load: 1 }], total: 1 });
    await two.first('snapshot');
    expect(subscribed).to.equal(1);
    unit$.next({ id: 'u-2', load: 2 });
    unit$.next(removed('u-1'));
    const updates = await one.several(2, 'update');
    expect(updates.map(({ payload }) => payload)).to.deep.equal([
      { set: [{ id: 'u-2', load: 2 }], remove: [], total: 2 },
      { set: [], remove: ['u-1'], total: 1 },
    ]);
    two.subscribe('units', { gen: 2, resume: { epoch, offset } });
    expect(await two.first('resumed')).to.include({ count: 1 });
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
    await new Promise((resolve) =>
      let$.subscribe({
        complete: () => {
          resolve(undefined);
        },
      }),
    );
  });

  it('has each entry as it was emitted, also where the source goes on to change its object', async () => {
    const unit$ = new Subject<unknown>();
    const units = topic(unit$, { as: stateTopic({ filter: ({ at }, { site }) => (at as { site: string }).site === site }), params: [] }); // prettier-ignore
    await using server = await serveDashboards({ heartbeat, topics: { units } });
    await using client = await joinDashboard(server.url);
    client.subscribe('units', { params: { site: 'a' } });
    await client.first('snapshot');
    const unit = { id: 'u-1', at: { site: 'a' } };
    unit$.next(unit);
    await client.first('update');
    unit.at.site = 'b';
    unit$.next(unit);
    const updates = await client.several(2, 'update');
    expect(updates[1]?.payload).to.deep.equal({ set: [], remove: ['u-1'], total: 0 });
  });

  it('asks a database once for all who need the same, and loses no update meanwhile', async () => {
    const asked: unknown[] = [];
    const update$ = new Subject<unknown>();
    await using server = await serveDashboards({
      heartbeat,
      topics: {
        alarms: topic(
          ({ site }) => ({
            snapshot: () => {
              asked.push(site);
              update$.next({ id: 'a-1', level: 2 });
              return Promise.resolve([
                { id: 'a-1', level: 1 },
                { id: 'a-2', level: 1 },
              ]);
            },
            update$,
          }),
          { params: ['site'] },
        ),
      },
    });
    await using client = await joinDashboard(server.url);
    for (const [index, params] of [{ site: 'x', sort: 'id' }, { site: 'x', sort: '-id' }, { site: 'y' }].entries())
      client.subscribe('alarms', { subId: `s${index}`, params });
    const snapshots = await client.several(3, 'snapshot');
    expect(asked).to.deep.equal(['x', 'y']);
    const rows = (snapshots.find(({ subId }) => subId === 's1')?.payload as { rows: unknown[] }).rows;
    expect(rows).to.deep.equal([
      { id: 'a-2', level: 1 },
      { id: 'a-1', level: 2 },
    ]);
  });

  it('ends what it cannot answer, asks the source no more than once a second, and goes on', async () => {
    let asked = 0;
    const errors: string[] = [];
    await using server = await serveDashboards({
      heartbeat,
      onError: (error) => errors.push(String(error)),
      topics: {
        throws: topic({
          snapshot: () => {
            asked++;
            throw new Error('no database');
          },
          update$: NEVER,
        }),
        large: topic({
          snapshot: () => Array.from({ length: 200 }, (_, n) => ({ id: `r-${n}`, text: 'x'.repeat(100_000) })),
          update$: NEVER,
        }),
        fails: topic(throwError(() => new Error('gone'))),
        odd: topic(
          new Observable<unknown>((page) => {
            [7, { id: 'u-1' }, { no: 'id' }].forEach((each) => {
              page.next(each);
            });
          }),
        ),
        mode: topic(new Subject<unknown>().pipe(startWith('auto')), { as: valueTopic() }),
      },
    });
    await using client = await joinDashboard(server.url);
    for (const name of ['throws', 'large', 'fails', 'odd', 'mode']) client.subscribe(name);
    for (const subId of ['throws', 'large', 'fails'])
      expect(await client.first('ended', (ended) => ended.subId === subId)).to.include({
        code: 'failed',
        retryAfter: 1000,
      });
    client.subscribe('throws', { subId: 'again' });
    expect(await client.first('ended', ({ subId }) => subId === 'again')).to.include({ code: 'failed' });
    expect(asked).to.equal(1);
    expect((await client.first('snapshot', ({ subId }) => subId === 'odd')).payload).to.have.property('total', 1);
    expect((await client.first('snapshot', ({ subId }) => subId === 'mode')).payload).to.equal('auto');
    expect(errors.join()).to.include('no database').and.include('16777216').and.include('a row must be an object');
    const metrics = await (await fetch(`${server.origin}/metrics`)).text();
    expect(metrics).to.match(/limited_total{bound="unusable"} \d/);
  });

  it('is published to by its source alone', async () => {
    await using server = await serveDashboards({ topics: { units: topic(NEVER) } });
    const error: unknown = await server.publish('units', { id: 'u-1' }).catch((cause: unknown) => cause);
    expect(String(error)).to.include('come from its source');
  });
});
