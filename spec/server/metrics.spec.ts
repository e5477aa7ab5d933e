import { expect } from 'chai';
import fetch from 'node-fetch';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import { startDashboard } from '../../lib/testing/dashboard/start-dashboard.js';
import { valueTopic } from '../../lib/server/value-topic.js';
import { dialDashboard, joinDashboard } from '../support/dashboard-client.js';
import { until } from '../support/until.js';

describe('what a server of dashboards answers over HTTP', () => {
  it('is its metrics', async () => {
    await using server = await startDashboard({ topics: { mode: valueTopic() } });
    const closure = (): Promise<unknown> => until(server.journal.entry$, ({ kind }) => kind === 'closure');
    const first = await joinDashboard(server.url, 'c-1');
    const closed = closure();
    server.cut();
    await closed;
    await first.ended;
    const counters = { 'page.reloads': 2, 'no "name"': 1, below: -1 };
    await using again = await joinDashboard(server.url, 'c-1');
    await using elsewhere = await joinDashboard(server.url, 'c-2', { lastSession: 's-9' });
    elsewhere.send({ messageType: 'linkReport', detectedBy: 'silence', downMs: 1500, attempts: 3, gaps: 1, counters });
    elsewhere.send({ messageType: 'linkReport', detectedBy: 'summary', counters: { 'page.reloads': 1 } });
    again.subscribe('mode');
    await again.first('snapshot');
    elsewhere.send({ messageType: 'ping', t: 1 });
    await elsewhere.first('pong');
    const response = await fetch(`${server.origin}/metrics`);
    expect(response.headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8');
    const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).to.deep.equal([
      'unitlink_dashboard_connections 2',
      'unitlink_dashboard_subscriptions 1',
      'unitlink_dashboard_connections_total 3',
      'unitlink_dashboard_reconnects_total 2',
      'unitlink_dashboard_closures_total{code="1006"} 1',
      'unitlink_dashboard_link_reports_total{detected_by="silence"} 1',
      'unitlink_dashboard_link_reports_total{detected_by="summary"} 1',
      'unitlink_dashboard_link_down_seconds_total 1.5',
      'unitlink_dashboard_link_attempts_total 3',
      'unitlink_dashboard_link_gaps_total 1',
      'unitlink_dashboard_link_counters_total{counter="page.reloads"} 3',
    ]);
    expect(server.journal.linkReports[0]?.report).to.deep.include({ downMs: 1500, counters });
  });

  it('is its health, what it is told to, or 404', async () => {
    await using plain = await startDashboard();
    await using serving = await startDashboard({
      onRequest: (request, response) => response.end(`you asked for ${request.url ?? ''}`),
    });
    expect((await fetch(`${plain.origin}/healthz`)).status).to.equal(200);
    expect((await fetch(`${plain.origin}/page`)).status).to.equal(404);
    expect(await (await fetch(`${serving.origin}/page?x=1`)).text()).to.equal('you asked for /page?x=1');
    const elsewhere = await dialDashboard(plain.url.replace('/live', '/other')).catch(() => undefined);
    expect(elsewhere).to.equal(undefined);
  });

  it('can be had over TLS, which a cut ends with a reset too', async () => {
    const authority = await createAuthority();
    const names = { commonName: '127.0.0.1', ipAddresses: ['127.0.0.1'], server: true };
    await using server = await startDashboard({ tls: await authority.issue(names), topics: { mode: valueTopic() } });
    expect([server.origin.slice(0, 8), server.url.slice(0, 6)]).to.deep.equal(['https://', 'wss://']);
    await using client = await dialDashboard(server.url, 'c-1', { ca: authority.ca });
    await client.hello();
    server.cut();
    expect((await client.ended)[0]).to.equal(1006);
  });
});
