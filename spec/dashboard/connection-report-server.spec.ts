import { expect } from 'chai';
import { filter } from 'rxjs';
import { connectDashboard } from '../../lib/dashboard/index.js';
import { startDashboard } from '../../lib/testing/index.js';
import { until } from '../support/until.js';

const metricsOf = async (origin: string): Promise<string> => (await fetch(`${origin}/metrics`)).text();

describe('link reports at a server', () => {
  it('are in its journal and its metrics', async () => {
    await using server = await startDashboard();
    const dashboard = connectDashboard({ url: server.url, clientId: 'c-1' });
    const reported = until(server.journal.entry$.pipe(filter(({ kind }) => kind === 'linkReport')));
    await until(dashboard.state$, ({ state }) => state === 'live');
    server.cut();
    expect(await reported).to.deep.include({ clientId: 'c-1', session: 2 });
    dashboard.stop();
    const [entry] = server.journal.linkReports;
    expect(entry?.report).to.include({ detectedBy: 'close', code: '1006', gaps: 0 });
    const metrics = await metricsOf(server.origin);
    expect(metrics).to.include('unitlink_dashboard_link_reports_total{detected_by="close"} 1');
    expect(metrics).to.include(`unitlink_dashboard_link_attempts_total ${entry?.report.attempts}`);
  });

  it('are taken from pages that are left', async () => {
    await using server = await startDashboard();
    const header = { version: 7, clientId: 'c-1', txn: 'left' };
    const data = { messageType: 'linkReport', detectedBy: 'summary', counters: { gap: 3 } };
    const post = (body: string) => fetch(`${server.origin}/reports`, { method: 'POST', body });
    expect(await post(JSON.stringify({ header, data }))).to.have.property('status', 204);
    expect(server.journal.linkReports).to.have.length(1);
    expect(await metricsOf(server.origin)).to.include('unitlink_dashboard_link_counters_total{counter="gap"} 3');
    for (const body of ['', '{}', JSON.stringify({ header, data: { messageType: 'ping', t: 1 } }), 'x'.repeat(20_000)])
      expect(await post(body)).to.have.property('status', 400);
    expect(server.journal.linkReports).to.have.length(1);
  });
});
