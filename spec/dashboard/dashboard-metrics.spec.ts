import { expect } from 'chai';
import { dashboardMetrics, type DashboardMetricsOptions } from '../../lib/dashboard/dashboard-metrics.js';
import { series as chartOf } from '../../lib/dashboard/folds/series.js';
import type { Dashboard, DashboardOptions } from '../../lib/dashboard/dashboard.js';
import { AppError } from '../../lib/errors.js';
import { memoryMetrics, type MemoryMetrics } from '../../lib/observability/memory-metrics.js';
import { series } from '../support/series.js';
import { onPage, type VirtualPage } from '../support/virtual-page.js';

const chart = { fold: chartOf() };

const measured = (
  page: VirtualPage,
  options: Partial<DashboardOptions> & DashboardMetricsOptions = {},
): { readonly sink: MemoryMetrics; readonly dashboard: Dashboard } => {
  const sink = memoryMetrics();
  return { sink, dashboard: page.connect({ ...options, metrics: dashboardMetrics(sink, options) }) };
};

const refuse = (page: VirtualPage) => {
  page.server.accepts = 'none';
  page.other.accepts = 'none';
};

describe('dashboardMetrics', () => {
  onPage('counts connections, attempts, closures and recoveries as they were brought about', (page) => {
    const { sink } = measured(page);
    page.at(10_000, () => {
      page.server.cut();
    });
    page.at(20_000, () => {
      page.server.cut(1012);
    });
    page.at(30_000, () => {
      page.server.cut(4999);
      refuse(page);
    });
    page.at(32_000, () => (page.server.accepts = 'all'));
    page.pass(40_000);
    expect(series(sink.snapshot())).to.deep.equal({
      'heartbeat.timeouts': 0,
      'disconnected.time': 4,
      'connection.count{state=connecting}': 0,
      'connection.count{state=live}': 1,
      'connection.count{state=reconnecting}': 0,
      'connect.attempts{outcome=success}': 4,
      'connect.attempts{outcome=failure,error.type=ConnectError}': 1,
      'connection.duration': [3, 29],
      'connection.closures{code=1006,clean=false,initiator=network}': 1,
      'connection.closures{code=1012,clean=true,initiator=server}': 1,
      'connection.closures{code=other,clean=true,initiator=server}': 1,
      'reconnects{cause=lost}': 1,
      'reconnects{cause=closed}': 2,
      'recovery.duration{cause=lost}': [1, 0],
      'recovery.duration{cause=closed}': [2, 4],
    });
  });

  onPage('counts a silent link as a heartbeat timeout, whether it was replaced or lost', (page) => {
    const { sink } = measured(page);
    page.at(9000, () => {
      page.server.silence(); // replaced by one to the other server
    });
    page.at(30_000, () => {
      page.other.silence();
      page.server.accepts = 'hang';
      page.other.accepts = 'hang';
    });
    page.at(33_000, () => {
      expect(series(sink.snapshot())).to.include({ 'connection.count{state=degraded}': 1 });
    });
    page.at(40_000, () => {
      page.server.accepts = 'all';
      page.other.accepts = 'all';
    });
    page.pass(80_000);
    expect(series(sink.snapshot())).to.deep.include({
      'heartbeat.timeouts': 2,
      'reconnects{cause=suspicion}': 1,
      'reconnects{cause=dead}': 1,
      'connection.closures{code=1000,clean=true,initiator=client}': 1,
      'connection.closures{code=1006,clean=false,initiator=client}': 1,
      'connection.count{state=degraded}': 0,
      'connection.count{state=live}': 1,
    });
  });

  onPage('shows a link that failed until it is live, and none once stopped', (page) => {
    refuse(page);
    const { sink, dashboard } = measured(page, { reconnect: { maxAttempts: 2 } });
    page.pass(70_000);
    expect(series(sink.snapshot())).to.include({
      'connection.count{state=connecting}': 0,
      'connection.count{state=failed}': 1,
      'connect.attempts{outcome=failure,error.type=ConnectError}': 3,
    });
    dashboard.stop();
    expect(series(sink.snapshot())).to.include({ 'connection.count{state=failed}': 0, 'disconnected.time': 70 });
  });

  onPage('counts what watches show', (page) => {
    const { sink, dashboard } = measured(page);
    const widgets = ['a', 'b', 'c'].map((topic) => page.show(dashboard, topic, undefined, chart));
    page.pass(1000);
    expect(series(sink.snapshot())).to.include({
      'subscription.count{state=fresh}': 3,
      'subscription.count{state=stale}': 0,
      'subscription.count{state=resyncing}': 0,
    });
    refuse(page);
    page.server.cut();
    widgets[0]?.subscription.unsubscribe();
    page.pass(1000);
    expect(series(sink.snapshot())).to.include({
      'subscription.count{state=fresh}': 0,
      'subscription.count{state=stale}': 2,
    });
  });

  onPage('counts gaps and resumes by what became of them', (page) => {
    const { sink, dashboard } = measured(page);
    for (let count = 0; count < 5; count++) page.log.point();
    page.show(dashboard, 'chart', undefined, chart);
    const skip = () => {
      page.server.skips.set('chart', 1);
      page.log.point();
      page.log.point();
    };
    const cut = () => {
      page.server.cut();
    };
    page.at(1000, skip); // replayed
    page.at(2000, () => {
      page.log.keep = 0; // a snapshot
      skip();
    });
    page.at(8000, () => {
      page.log.keep = Infinity;
      cut(); // replayed
    });
    page.at(16_000, cut); // replayed
    page.at(24_000, () => {
      page.log.epoch = 'another'; // a snapshot
      cut();
    });
    page.at(32_000, () => {
      page.server.misbehave = ({ subId, gen }, { say }) => {
        say({ messageType: 'ended', subId, gen, code: 'forbidden' });
        return true;
      };
      cut(); // failed
    });
    page.pass(40_000);
    expect(series(sink.snapshot())).to.include({
      'subscription.gaps{outcome=replayed}': 1,
      'subscription.gaps{outcome=snapshot}': 1,
      'subscription.resumes{outcome=replayed}': 2,
      'subscription.resumes{outcome=snapshot}': 1,
      'subscription.resumes{outcome=failed}': 1,
      'subscription.count{state=error}': 1,
    });
  });

  onPage('measures the age of the oldest data of a class of topics', (page) => {
    const { sink, dashboard } = measured(page, { topicClass: (topic) => topic.replace(/-\d+$/, '') });
    for (const topic of ['chart-1', 'chart-2', 'table']) page.log.point(topic);
    const widgets = ['chart-1', 'chart-2', 'table'].map((topic) => page.show(dashboard, topic, undefined, chart));
    page.at(4000, () => {
      page.log.point('chart-1');
      page.log.point('table');
    });
    page.pass(10_500);
    expect(series(sink.snapshot())).to.include({
      'subscription.age{topic=chart}': 10,
      'subscription.age{topic=table}': 6,
    });
    widgets[2]?.subscription.unsubscribe();
    page.pass(10_000);
    expect(series(sink.snapshot())).to.include({
      'subscription.age{topic=chart}': 20,
      'subscription.age{topic=table}': 0,
    });
  });

  onPage('harms nobody when the sink throws, and says so', (page) => {
    const fail = () => {
      throw new Error('no room');
    };
    const dashboard = page.connect({ metrics: dashboardMetrics({ add: fail, set: fail, record: fail }) });
    const widget = page.show(dashboard, 'chart', undefined, chart);
    page.pass(1000);
    expect(widget.live.status).to.equal('fresh');
    expect(page.failures[0]).to.be.instanceOf(AppError).with.property('message').that.includes('no room');
  });
});
