import { expect } from 'chai';
import { BehaviorSubject, Subject } from 'rxjs';
import type { Fold } from '../../lib/dashboard/folds/fold.js';
import { latest } from '../../lib/dashboard/folds/latest.js';
import { rows } from '../../lib/dashboard/folds/rows.js';
import { series } from '../../lib/dashboard/folds/series.js';
import { onPage, type VirtualPage } from '../support/virtual-page.js';

const asked = ({ server }: VirtualPage) => server.of('subscribe').map(({ at, topic, params }) => [at, topic, params]);
const left = ({ server }: VirtualPage) => server.of('unsubscribe').map(({ at, subId }) => [at, subId]);

describe('watches that want the same', () => {
  onPage('share one subscription, whatever the order of the members of their params', (page) => {
    const dashboard = page.connect();
    const widgets = [
      page.show(dashboard, 'chart', { unit: 'u', range: { from: 1, to: 2 } }),
      page.show(dashboard, 'chart', { range: { to: 2, from: 1 }, unit: 'u' }),
    ];
    page.until(1000);
    const late = page.show(dashboard, 'chart', { unit: 'u', range: { from: 1, to: 2 } });
    page.log.point();
    page.until(2000);
    expect(asked(page)).to.have.length(1);
    expect(late.statuses).to.deep.equal(['1000 fresh']);
    expect(late.live.value).to.be.an('object');
    for (const { live } of widgets) expect(live.value).to.equal(late.live.value);
    expect(page.health).to.deep.equal([]);
    page.until(10_000);
    expect(page.health.at(-1)?.watches).to.include({ fresh: 1 });
  });

  onPage('show whoever comes later where it truly stands', (page) => {
    const dashboard = page.connect();
    page.show(dashboard, 'chart');
    page.until(1000);
    page.server.accepts = 'none';
    page.server.cut();
    page.until(5000);
    const late = page.show(dashboard, 'chart');
    expect(late.live).to.include({ status: 'stale', reason: 'link' });
    expect(late.live.value).to.deep.equal({ points: [] });
  });

  onPage('show the latest last, also where one of them stops the dashboard meanwhile', (page) => {
    const dashboard = page.connect();
    dashboard.watch('chart').subscribe(({ status }) => {
      if (status === 'fresh') dashboard.stop();
    });
    const other = page.show(dashboard, 'chart');
    page.until(1000);
    expect(other.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 stale']);
  });

  onPage('are other ones where topic, params, fold or rate differ', (page) => {
    const dashboard = page.connect();
    const fold: Fold<unknown> = { snapshot: (payload) => payload, update: (_, payload) => payload };
    const show = (topic: string, params?: unknown, options?: object) => page.show(dashboard, topic, params, options);
    page.server.snapshotOf = () => ({ points: [], rows: [], total: 0 });
    show('a');
    show('b');
    show('a', null);
    show('a', { n: 1 });
    show('a', [1, 2]);
    show('a', [2, 1]);
    show('a', undefined, { fold });
    show('a', undefined, { fold: { ...fold } });
    show('a', undefined, { fold: rows() });
    show('a', undefined, { fold: series() });
    show('a', undefined, { fold: series({ window: 1000 }) });
    show('a', undefined, { maxRate: 5 });
    page.until(1000);
    expect(asked(page)).to.have.length(12);
    for (const again of [latest(), fold, rows(), series(), series({ window: 1000 })])
      show('a', undefined, { fold: again });
    page.until(2000);
    expect(asked(page)).to.have.length(12);
  });

  onPage('each have a maxAge of their own', (page) => {
    const dashboard = page.connect();
    page.log.point();
    const calm = page.show(dashboard, 'chart');
    const strict = page.show(dashboard, 'chart', undefined, { maxAge: 2000 });
    page.until(5000);
    expect(asked(page)).to.have.length(1);
    expect([calm.live.status, strict.live.status]).to.deep.equal(['fresh', 'stale']);
  });

  onPage('share an Observable of params, with all that it emits', (page) => {
    const dashboard = page.connect();
    const params$ = new BehaviorSubject<unknown>({ page: 1 });
    const widgets = [page.show(dashboard, 'chart', params$), page.show(dashboard, 'chart', params$)];
    page.show(dashboard, 'chart', new BehaviorSubject({ page: 1 }));
    page.until(1000);
    params$.next({ page: 2 });
    page.until(2000);
    const first = [0, 'chart', { page: 1 }];
    expect(asked(page)).to.deep.equal([first, first, [1000, 'chart', { page: 2 }]]);
    for (const { live } of widgets) expect(live).to.include({ status: 'fresh', at: 1000 });
  });

  onPage('do not ask again where only the order of members of their params changes', (page) => {
    const params$ = new BehaviorSubject<unknown>({ a: 1, b: 2 });
    page.show(page.connect(), 'chart', params$);
    page.until(1000);
    params$.next({ b: 2, a: 1 });
    page.until(2000);
    expect(asked(page)).to.have.length(1);
  });

  onPage('go by what their params were at that time, which the app may change in place', (page) => {
    const dashboard = page.connect();
    const params = { unit: 'a', range: { from: 1 } };
    const params$ = new BehaviorSubject<unknown>(params);
    page.show(dashboard, 'chart', params);
    page.show(dashboard, 'more', params$);
    page.until(1000);
    params.range.from = 2;
    page.server.cut();
    page.until(2000);
    const one = { unit: 'a', range: { from: 1 } };
    expect(asked(page).map(([, , given]) => given)).to.deep.equal([one, one, one, one]);
    params$.next(params);
    page.until(3000);
    expect(asked(page).slice(4)).to.deep.equal([[2000, 'more', { unit: 'a', range: { from: 2 } }]]);
    expect(page.server.of('subscribe').at(-1)?.resume).to.equal(undefined);
  });

  onPage('are kept apart where their params are no JSON, which is the error of each', (page) => {
    const dashboard = page.connect();
    const params: { self?: unknown } = {};
    params.self = params;
    const widgets = [page.show(dashboard, 'chart', params), page.show(dashboard, 'chart', params)];
    page.until(500);
    for (const { live } of widgets) expect(live.status).to.equal('error');
  });
});

describe('a subscription that nobody watches any more', () => {
  onPage('is kept for 5 s, so that a view that comes back has its value at once', (page) => {
    const dashboard = page.connect();
    const first = page.show(dashboard, 'chart');
    page.until(1000);
    first.subscription.unsubscribe();
    page.until(5900);
    const second = page.show(dashboard, 'chart');
    expect(second.live).to.include({ status: 'fresh', at: 5900 });
    page.until(20_000);
    expect(asked(page)).to.have.length(1);
    second.subscription.unsubscribe();
    page.until(24_999);
    expect(left(page)).to.deep.equal([]);
    page.until(25_000);
    expect(left(page)).to.deep.equal([[25_000, 's1']]);
    page.show(dashboard, 'chart');
    page.until(26_000);
    expect(asked(page)).to.have.length(2);
  });

  onPage('is not asked for on another link', (page) => {
    const dashboard = page.connect();
    const { subscription } = page.show(dashboard, 'chart');
    page.show(dashboard, 'other');
    page.until(1000);
    subscription.unsubscribe();
    page.server.cut();
    page.until(2000);
    expect(asked(page).slice(2)).to.deep.equal([[1000, 'other', undefined]]);
    expect(page.server.open.map(({ subs }) => subs.size)).to.deep.equal([1]);
  });

  onPage('is given up at once with unsubscribeAfter 0, after an error, and where the dashboard is stopped', (page) => {
    const dashboard = page.connect({ unsubscribeAfter: 0 });
    const { subscription } = page.show(dashboard, 'chart');
    page.until(1000);
    subscription.unsubscribe();
    page.pass(0);
    expect(left(page)).to.deep.equal([[1000, 's1']]);

    page.server.misbehave = ({ subId, gen }, { say }) => {
      say({ messageType: 'ended', subId, gen, code: 'forbidden' });
      return true;
    };
    const other = page.connect();
    const failed = page.show(other, 'chart');
    page.until(2000);
    failed.subscription.unsubscribe();
    page.server.misbehave = () => false;
    expect(page.show(other, 'chart').live.status).to.equal('resyncing');
    page.until(3000);
    page.show(other, 'more').subscription.unsubscribe();
    other.stop();
    dashboard.stop();
    page.pass(2000); // for the timers of the server
    expect(page.scheduler.actions).to.have.length(0);
  });

  onPage('makes room at once for one that is over the limit of the server', (page) => {
    const limit = 3;
    page.server.misbehave = ({ subId, gen }, { say, subs }) => {
      if (subs.size < limit) return false;
      say({ messageType: 'ended', subId, gen, code: 'limit' });
      return true;
    };
    const dashboard = page.connect();
    const gone = page.show(dashboard, 'gone');
    const widgets = [1, 2, 3, 4].map((n) => page.show(dashboard, `chart-${n}`));
    page.until(100);
    expect(widgets.map(({ live }) => live.status)).to.deep.equal(['fresh', 'fresh', 'error', 'error']);
    widgets[0]?.subscription.unsubscribe();
    page.until(2000); // the first that asks in vain, and long before its next turn
    expect(widgets.map(({ live }) => live.status).slice(1)).to.deep.equal(['fresh', 'fresh', 'error']);
    page.until(5100);
    expect(widgets.map(({ live }) => live.status).slice(1)).to.deep.equal(['fresh', 'fresh', 'error']);
    gone.subscription.unsubscribe();
    const asks = asked(page).length;
    page.show(dashboard, 'one more');
    page.until(5200); // it is over the limit, so that what nobody watches is given up
    expect(asked(page).length - asks).to.be.at.most(3);
    expect(
      page.server.open.map(({ subs }) => [...subs.values()].some(({ request }) => request.topic === 'gone')),
    ).to.deep.equal([false]);
  });

  onPage('ends with the link of a page that is hidden for long, and is not asked for when it is seen again', (page) => {
    const dashboard = page.connect({ unsubscribeAfter: 600_000 });
    const { subscription } = page.show(dashboard, 'chart', new Subject());
    const other = page.show(dashboard, 'other');
    page.until(1000);
    subscription.unsubscribe();
    other.subscription.unsubscribe();
    page.visible$.next(false);
    page.until(302_000);
    expect(page.history.at(-1)).to.equal('301000 paused');
    page.visible$.next(true);
    page.until(303_000);
    expect(asked(page)).to.have.length(1);
  });
});
