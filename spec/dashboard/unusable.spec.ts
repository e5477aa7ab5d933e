import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { AppError, FoldError, GapError, MisfitError } from '../../lib/errors.js';
import type { Fold } from '../../lib/dashboard/folds/fold.js';
import { rows } from '../../lib/dashboard/folds/rows.js';
import { series } from '../../lib/dashboard/folds/series.js';
import { onPage } from '../support/virtual-page.js';

const temperature = (payload: unknown) => (payload as { readonly temp: { readonly value: number } }).temp.value;
const fold: Fold<number> = { snapshot: temperature, update: (_, payload) => temperature(payload) };

describe('what a widget cannot use', () => {
  onPage('is an error until it passes, with the topic, the params and the path, and harms no other', (page) => {
    page.server.snapshotOf = (_, payloads) => payloads.at(-1);
    page.log.publish('v', { temp: { value: 1 } });
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'v', { unit: 'a' }, { fold });
    const other = page.show(dashboard, 'v');
    page.until(1000);
    page.log.publish('v', { temp: null });
    page.pass(0);
    expect(widget.live).to.include({ status: 'error', value: 1 });
    const error = widget.live.error as FoldError;
    expect(error).to.be.instanceOf(FoldError).and.instanceOf(AppError);
    expect(error).to.deep.include({ topic: 'v', params: { unit: 'a' }, path: 'update/payload' });
    expect(page.failures).to.deep.equal([error]);
    expect(other.live).to.deep.include({ status: 'fresh', value: { temp: null } });
    page.until(9500);
    const asked = page.server.of('subscribe').flatMap(({ subId, at }) => (subId === 's1' && at > 0 ? [at] : []));
    expect(asked).to.deep.equal([2000, 4000, 8000]);
    page.log.publish('v', { temp: { value: 2 } });
    page.until(16_000);
    expect(widget.live).to.include({ status: 'fresh', value: 2 });
  });

  onPage('is asked for less and less often where each snapshot is good and each update bad', (page) => {
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'units', {}, { fold: rows() });
    page.server.snapshotOf = () => ({ rows: [{ id: 1 }], total: 1 });
    for (let at = 1000; at < 60_000; at += 100) page.at(at, () => { page.log.publish('units', { set: [{ n: 1 }] }); }); // prettier-ignore
    page.until(60_000);
    expect(page.server.of('subscribe').length).to.be.within(5, 14);
    expect(page.failures[0]).to.be.instanceOf(MisfitError);
    expect(page.failures[0]).to.deep.include({ topic: 'units', params: {}, path: 'update/payload/set/0/id' });
    expect(widget.live.value?.byId.size).to.equal(1);
  });

  for (const [missing, path] of [
    ['asOf', 'snapshot/asOf'],
    ['payload', 'snapshot/payload'],
  ] as const)
    // prettier-ignore
    onPage(`is told with its path, where a server leaves out ${missing}`, (page) => {
      page.server.misbehave = ({ subId, gen }, { say }) => {
        const whole = { messageType: 'snapshot', subId, gen, epoch: 'e', offset: 1, seq: 0, asOf: 1, payload: 7 };
        say(JSON.stringify({ header: {}, data: { ...whole, [missing]: undefined } }));
        return true;
      };
      const dashboard = page.connect();
      const widget = page.show(dashboard, 'v', { unit: 'a' });
      page.until(500);
      expect(widget.live.status).to.equal('error');
      expect(widget.live.error).to.be.instanceOf(MisfitError);
      expect(page.failures).to.deep.equal([widget.live.error]);
      expect(page.failures[0]).to.deep.include({ topic: 'v', params: { unit: 'a' }, path });
      page.server.misbehave = () => false;
      page.until(3000);
      expect(widget.live.status).to.equal('fresh');
    });

  onPage('is reported with its path once a link, if it concerns no widget, and the link is kept', (page) => {
    page.connect();
    page.until(1000);
    for (const [connection] of [page.server.open, page.server.open]) {
      connection?.say(JSON.stringify({ header: {}, data: { messageType: 'heartbeat' } }));
      connection?.say(JSON.stringify({ header: {}, data: { messageType: 'weather' } }));
      connection?.say('no JSON');
    }
    page.pass(10);
    expect(page.failures.map((failure) => (failure as MisfitError).path)).to.deep.equal(['heartbeat/ts', 'data']);
    expect(page.states.at(-1)?.state).to.equal('live');
  });

  onPage('is told with its path, where a welcome lacks its sessionId', (page) => {
    page.server.welcomes = false;
    const dashboard = page.connect();
    page.show(dashboard, 'v');
    page.until(10);
    const welcome = { messageType: 'welcome', serverId: 'a', heartbeatMs: 1500 };
    page.server.open[0]?.say(JSON.stringify({ header: {}, data: welcome }));
    page.pass(10);
    expect(page.failures.map((failure) => (failure as MisfitError).path)).to.deep.equal(['welcome/sessionId']);
    expect(page.states.at(-1)?.state).to.equal('waiting');
  });
});

describe('the age of the data', () => {
  onPage('is that of the source, also after the link was lost and came back', (page) => {
    page.log.point();
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'chart', {}, { fold: series(), maxAge: 2000 });
    page.until(20_000);
    expect(widget.live).to.include({ status: 'stale', reason: 'source', asOf: 0 });
    page.server.cut();
    page.pass(0);
    expect(widget.shown.slice(-3).map(({ asOf }) => asOf)).to.deep.equal([0, 0, 0]);
    page.until(22_000);
    expect(widget.live).to.include({ status: 'stale', reason: 'source', asOf: 0 });
    expect(widget.statuses.filter((status) => status.endsWith('fresh'))).to.deep.equal(['0 fresh']);
  });

  onPage('is no less where the clock of who published is ahead by an hour', (page) => {
    page.log.of('chart').push({ offset: 1, ts: 3_600_000, payload: { points: [[0, 1]] } });
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'chart', {}, { fold: series(), maxAge: 2000 });
    page.until(2500);
    expect(widget.live).to.include({ status: 'stale', reason: 'source' });
  });
});

describe('the time up to which data are right', () => {
  onPage('is no later than now, where the clock of who published is ahead by an hour', (page) => {
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'chart', {}, { fold: series() });
    page.until(5000);
    page.log.of('chart').push({ offset: 1, ts: 3_600_000, payload: { points: [[0, 1]] } });
    page.server.publish('chart');
    page.until(5001);
    expect(widget.live).to.include({ status: 'fresh', asOf: 5000 });
    page.server.cut();
    page.pass(1000);
    expect(widget.live).to.include({ status: 'fresh', asOf: 5000 });
    const late = page.show(page.connect({ clientId: 'c-2' }), 'chart');
    page.pass(100);
    expect(late.live.asOf).to.be.below(page.now);
  });
});

describe('a frame without a readable generation or type', () => {
  for (const [path, wrong] of [
    ['update/gen', { gen: -1 }],
    ['update/gen', { gen: 1.5 }],
    ['messageType', { messageType: undefined }],
    ['messageType', { messageType: ['update'] }],
  ] as const)
    onPage(`is reported with the path ${path}: ${JSON.stringify(wrong)}`, (page) => {
      const widget = page.show(page.connect(), 'v');
      page.until(1000);
      const update = { messageType: 'update', subId: 's1', gen: 1, seq: 1, offset: 1, ts: 1000, payload: 1, ...wrong };
      page.server.open[0]?.say(JSON.stringify({ header: {}, data: update }));
      page.pass(10);
      expect(widget.live.status).to.equal('error');
      expect(page.failures.map((failure) => (failure as MisfitError).path)).to.deep.equal([path]);
    });
});

describe('a gap after each answer', () => {
  onPage('asks for a topic once per answer timeout at most where gap follows gap, and shows that meanwhile', (page) => {
    page.log.keep = 0;
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'chart');
    const shown = new Set<string>();
    const lose = () => {
      page.log.point();
      page.server.skips.set('chart', 1);
      page.log.point();
      page.log.point();
      shown.add(widget.live.status);
    };
    for (let at = 1000; at < 21_000; at += 100) page.at(at, lose);
    page.until(21_000);
    expect(page.server.of('subscribe').length).to.be.within(5, 14);
    expect(shown).to.include('resyncing');
    expect(page.failures.length).to.be.within(1, 4);
    expect(page.failures[0]).to.be.instanceOf(GapError);
    page.until(26_000);
    expect(widget.live.status).to.equal('fresh');
  });
});

describe('updates whose numbers stand still', () => {
  for (const [path, numbers] of [
    ['update/seq', () => ({ seq: 0, offset: 0 })],
    ['update/offset', (index: number) => ({ seq: index + 1, offset: 5 })],
    ['update/offset', (index: number) => ({ seq: index + 1, offset: index })],
  ] as const)
    onPage(`are an error of their widget with the path ${path}, and no value that stays fresh`, (page) => {
      const dashboard = page.connect();
      page.log.of('v').push({ offset: 4, ts: 0, payload: 0 });
      const widget = page.show(dashboard, 'v');
      page.until(1000);
      for (let index = 0; index < 4; index++)
        page.server.open[0]?.say({ messageType: 'update', subId: 's1', gen: 1, ts: 1000, payload: index, ...numbers(index) }); // prettier-ignore
      page.pass(10);
      expect(widget.live.status).to.equal('error');
      expect(page.failures.map((failure) => (failure as MisfitError).path)).to.deep.equal([path]);
    });
});

describe('params that never come', () => {
  onPage('leave the widget resyncing while there is a link, and stale without one', (page) => {
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'v', NEVER);
    page.until(1000);
    expect(widget.live).to.include({ status: 'resyncing', value: undefined });
    page.server.accepts = page.other.accepts = 'none';
    page.server.cut();
    page.until(2000);
    expect(widget.live.status).to.equal('stale');
    expect(page.server.of('subscribe')).to.deep.equal([]);
  });
});
