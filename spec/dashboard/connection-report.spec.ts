import { expect } from 'chai';
import { Subject } from 'rxjs';
import type { DashboardData } from '../../lib/protocol/subscription/messages.js';
import { series } from '../../lib/dashboard/folds/series.js';
import { onPage, type VirtualPage } from '../support/virtual-page.js';

type Report = DashboardData<'linkReport'> & { readonly at: number };

const reports = (page: VirtualPage): Report[] =>
  page.servers.flatMap((server) => server.of('linkReport')).sort((a, b) => a.at - b.at);

const recoveries = (page: VirtualPage): Report[] => reports(page).filter(({ detectedBy }) => detectedBy !== 'summary');

const messageType = 'linkReport';
const chart = { fold: series() };

describe('link reports', () => {
  onPage('tell when the link was lost, for how long, by which code and after how many attempts', (page) => {
    page.connect();
    page.at(10_000, () => {
      page.server.accepts = 'none';
      page.other.accepts = 'none';
      page.server.cut();
    });
    page.at(11_500, () => (page.server.accepts = 'all'));
    page.pass(20_000);
    // at once, 1 s and 2 s later
    expect(recoveries(page)).to.deep.equal([
      {
        messageType,
        at: 13_000,
        detectedBy: 'close',
        code: '1006',
        lostAt: 10_000,
        downMs: 3000,
        attempts: 3,
        gaps: 0,
      },
    ]);
  });

  onPage('tell the code of a close frame', (page) => {
    page.connect();
    page.at(7000, () => {
      page.server.cut(1012);
    });
    page.pass(20_000);
    expect(recoveries(page)).to.deep.equal([
      { messageType, at: 8000, detectedBy: 'close', code: '1012', lostAt: 7000, downMs: 1000, attempts: 1, gaps: 0 },
    ]);
  });

  onPage('tell of a silent link that was replaced before it was lost', (page) => {
    page.connect();
    page.at(10_000, () => {
      page.server.silence();
    });
    page.pass(20_000);
    const [report, ...others] = recoveries(page);
    expect(others).to.deep.equal([]);
    expect(report).to.deep.include({ detectedBy: 'silence', downMs: 0, attempts: 1 });
    expect(report).to.not.have.property('code');
  });

  onPage('tell of a silent link that was lost', (page) => {
    page.connect();
    page.at(9000, () => {
      page.server.silence();
      page.server.accepts = 'hang';
      page.other.accepts = 'hang';
    });
    page.at(20_000, () => {
      page.server.accepts = 'all';
      page.other.accepts = 'all';
    });
    page.pass(60_000);
    const [report, ...others] = recoveries(page);
    expect(others).to.deep.equal([]);
    expect(report).to.deep.include({ detectedBy: 'silence', lostAt: 11_500 }); // 4 s after the last heartbeat
    expect(report?.downMs).to.equal((report?.at ?? 0) - 11_500);
  });

  onPage('tell the gaps since the report before', (page) => {
    const dashboard = page.connect();
    page.show(dashboard, 'chart', undefined, chart);
    page.at(1000, () => {
      page.server.skips.set('chart', 1);
      page.log.point();
      page.log.point();
    });
    for (const time of [8000, 16_000])
      page.at(time, () => {
        page.server.cut();
      });
    page.pass(20_000);
    expect(recoveries(page).map(({ gaps }) => gaps)).to.deep.equal([1, 0]);
  });

  onPage('sum up every 60 s what was counted since the last time', (page) => {
    const dashboard = page.connect();
    page.show(dashboard, 'chart', undefined, chart);
    page.log.point();
    page.at(10_000, () => {
      page.server.cut();
    });
    page.pass(130_000);
    expect(reports(page).filter(({ detectedBy }) => detectedBy === 'summary')).to.deep.equal([
      { messageType, at: 60_000, detectedBy: 'summary', counters: { attempt: 2, begun: 1, reconnect: 1, replayed: 1 } },
      { messageType, at: 120_000, detectedBy: 'summary', counters: {} },
    ]);
  });

  onPage('keep what was counted until there is somebody to tell', (page) => {
    page.connect();
    page.at(59_500, () => {
      page.server.accepts = 'none';
      page.other.accepts = 'none';
      page.server.cut();
    });
    page.at(61_000, () => (page.server.accepts = 'all'));
    page.pass(125_000);
    expect(reports(page).filter(({ detectedBy }) => detectedBy === 'summary')).to.deep.equal([
      { messageType, at: 120_000, detectedBy: 'summary', counters: { attempt: 4, reconnect: 1 } },
    ]);
  });

  onPage('say nothing of a link that nobody lost', (page) => {
    const dashboard = page.connect();
    page.at(1000, dashboard.stop);
    page.at(2000, dashboard.start);
    page.pass(10_000);
    expect(reports(page)).to.deep.equal([]);
  });

  onPage('leave with the page, where it is told where to', (page) => {
    const left$ = new Subject();
    const sent: unknown[] = [];
    const beacon = (url: string, text: string) => {
      sent.push([page.now, url, JSON.parse(text)]);
    };
    const { visible$, hint$ } = page;
    page.connect({ reportUrl: '/reports', page: { visible$, hint$, left$, beacon } });
    page.at(8000, () => {
      left$.next(0);
      page.server.accepts = 'none';
      page.other.accepts = 'none';
      page.server.cut(1001);
    });
    page.at(8800, () => {
      left$.next(0);
    });
    page.pass(10_000);
    const header = { version: 7, clientId: 'c-1', txn: 'left' };
    const first = { messageType: 'linkReport', detectedBy: 'summary', counters: { attempt: 1 } };
    const loss = { detectedBy: 'close', code: '1001', lostAt: 8000, downMs: 800, attempts: 1, gaps: 0 };
    const second = { messageType: 'linkReport', ...loss, counters: { attempt: 1 } };
    expect(sent).to.deep.equal([
      [8000, '/reports', { header, data: first }],
      [8800, '/reports', { header, data: second }],
    ]);
  });

  onPage('stay where the page does not say where to', (page) => {
    const left$ = new Subject();
    const sent: unknown[] = [];
    const { visible$, hint$ } = page;
    page.connect({ page: { visible$, hint$, left$, beacon: (...what) => sent.push(what) } });
    page.at(1000, () => {
      left$.next(0);
    });
    page.pass(61_000);
    expect(sent).to.deep.equal([]);
    expect(reports(page)).to.have.length(1);
  });
});
