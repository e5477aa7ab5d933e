import { expect } from 'chai';
import { Observable, Subject, type SchedulerAction, type SchedulerLike } from 'rxjs';
import { connectDashboard } from '../../lib/dashboard/connect-dashboard.js';
import type { DashboardState } from '../../lib/dashboard/state.js';
import type { Live } from '../../lib/dashboard/dashboard.js';
import { virtualWebSocket } from '../../lib/testing/virtual/web-socket.js';
import { onPage, type VirtualPage } from '../support/virtual-page.js';

/** Refuses every subscribe with this code. */
const refuse = (page: VirtualPage, code: string, retryAfter?: number) => {
  page.server.misbehave = ({ subId, gen }, { say }) => {
    say({ messageType: 'ended', subId, gen, code, ...(retryAfter !== undefined && { retryAfter }) });
    return true;
  };
};
const accept = (page: VirtualPage) => {
  page.server.misbehave = () => false;
};

describe('an error of a dashboard', () => {
  for (const code of ['failed', 'limit', 'complete', 'INTERNAL_SERVER_ERROR'])
    for (const outage of [10_000, 600_000])
      onPage(`"${code}" for ${outage / 1000} s after a restart is fresh within 10 s of its end`, (page) => {
        const dashboard = page.connect({ random: () => 0.999 });
        const widget = page.show(dashboard, 'chart');
        page.until(10_000);
        refuse(page, code);
        page.server.cut();
        page.pass(outage);
        expect(widget.live.status).to.equal('error');
        expect(widget.live.error).to.have.property('code', code);
        accept(page);
        page.pass(9999);
        expect(widget.live.status).to.equal('fresh');
      });

  onPage('does not come of another subscription that the server ends each link on', (page) => {
    const asked: number[] = [];
    page.server.misbehave = ({ topic }) => {
      if (topic !== 'poison') return false;
      asked.push(page.now);
      page.server.cut();
      return true;
    };
    let drawn = 0;
    const dashboard = page.connect({ random: () => (drawn++ % 7) / 7 });
    page.show(dashboard, 'poison');
    const others = ['a', 'b', 'c', 'd'].map((topic) => page.show(dashboard, topic));
    page.until(40_000);
    expect(page.failures.map(String)).to.deep.equal([
      'SubscriptionEndedError: the server ended poison: failed (6 links in a row ended before it was answered)',
    ]);
    page.until(300_000);
    // The others are subscribed at once on each link, and this one once they were answered.
    const waits = asked.slice(-20).map((at, index, all) => at - (all[index - 1] ?? at - 8000));
    expect(Math.min(...waits)).to.be.at.least(8000);
    for (const { shown } of others) {
      const times = shown.filter(({ at }) => at > 40_000);
      const stale = times.reduce(
        (sum, { at, status }, index) => sum + (status === 'fresh' ? 0 : (times[index + 1]?.at ?? page.now) - at),
        0,
      );
      expect(stale / 260_000).to.be.below(0.12);
    }
  });

  onPage('is an answer: links that end after it are not put down to its subscription', (page) => {
    refuse(page, 'failed');
    const widget = page.show(page.connect(), 'chart');
    for (let links = 0; links < 8; links++) {
      page.pass(10_000);
      page.server.cut();
    }
    page.pass(1000);
    expect(page.failures).to.deep.equal([]);
    accept(page);
    page.pass(9999);
    expect(widget.live.status).to.equal('fresh');
  });

  onPage('stays in sight while it is asked again, and is asked again ever more rarely', (page) => {
    refuse(page, 'failed');
    const widget = page.show(page.connect(), 'chart');
    page.until(40_000);
    expect(widget.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 error']);
    const asked = page.server.of('subscribe').map(({ at }) => at);
    expect(asked).to.deep.equal([0, 1000, 3000, 7000, 15_000, 23_000, 31_000, 39_000]);
  });

  onPage('is asked again after the time that the server gives, where that is longer', (page) => {
    refuse(page, 'busy', 12_000);
    page.show(page.connect(), 'chart');
    page.until(60_000);
    expect(page.server.of('subscribe').map(({ at }) => at)).to.deep.equal([0, 12_000, 24_000, 36_000, 48_000, 60_000]);
  });

  onPage('is shown at once where the server gives more than a minute', (page) => {
    refuse(page, 'forbidden', 120_000);
    const widget = page.show(page.connect(), 'chart');
    page.until(119_999);
    expect(widget.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 error']);
    accept(page);
    page.until(120_000);
    expect(widget.live.status).to.equal('fresh');
  });

  onPage('does not come of a server that drains for longer than a timer can wait', (page) => {
    const delays: number[] = [];
    const scheduler: SchedulerLike = {
      now: () => page.now,
      schedule: <T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T) => {
        delays.push(delay);
        return page.scheduler.schedule(work, delay, state);
      },
    };
    page.connect({ scheduler, random: () => 0.5 });
    page.until(1000);
    page.server.open[0]?.say(JSON.stringify({ header: {}, data: { messageType: 'goaway', drainMs: 1e13 } }));
    page.until(2000);
    expect(Math.max(...delays)).to.be.within(1e8, 2 ** 31 - 1);
  });

  onPage('is not asked again in a circle by a server that gives no time at all', (page) => {
    refuse(page, 'busy', 0);
    page.show(page.connect(), 'chart');
    page.until(1000);
    expect(page.server.of('subscribe').map(({ at }) => at)).to.deep.equal([0, 100, 200, 300]);
  });

  onPage('of a server that does not answer is gone within 10 s of that', (page) => {
    page.server.misbehave = () => true;
    const widget = page.show(page.connect({ random: () => 0.999 }), 'chart');
    page.until(600_000);
    expect(widget.live.status).to.equal('error');
    accept(page);
    page.until(610_000);
    expect(widget.live.status).to.equal('fresh');
  });

  for (const code of ['forbidden', 'invalid-params', 'unknown-topic'])
    onPage(`"${code}" is asked again on another link, or when somebody asks for it, and not before`, (page) => {
      refuse(page, code);
      const dashboard = page.connect();
      const widget = page.show(dashboard, 'chart');
      page.until(600_000);
      expect(page.server.of('subscribe')).to.have.length(1);
      page.server.cut();
      page.pass(100);
      expect(page.server.of('subscribe')).to.have.length(2);
      expect(widget.live.status).to.equal('error');
      accept(page);
      dashboard.retryNow();
      page.pass(0);
      expect(widget.live.status).to.equal('fresh');
    });

  onPage('that waits is asked again at once by retryNow', (page) => {
    refuse(page, 'failed');
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'chart');
    const other = page.show(dashboard, 'other');
    page.until(9000);
    accept(page);
    dashboard.retryNow();
    page.pass(0);
    expect([widget.live.status, other.live.status]).to.deep.equal(['fresh', 'fresh']);
    expect(page.sockets).to.equal(1);
  });

  onPage('of params that fail is gone once they come again', (page) => {
    let asked = 0;
    const params$ = new Observable<unknown>((subscriber) => {
      if (++asked > 4) subscriber.next({ asked });
      else subscriber.error(new Error('503'));
    });
    const widget = page.show(page.connect(), 'chart', params$);
    page.until(6000);
    expect(widget.live.status).to.equal('error');
    expect(page.failures).to.have.length(3);
    page.until(20_000);
    expect(widget.live.status).to.equal('fresh');
    expect(page.server.of('subscribe').map(({ params }) => params)).to.deep.equal([{ asked: 5 }]);
  });

  onPage('of params that failed once is gone at once by retryNow', (page) => {
    let params$ = new Subject<unknown>();
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'chart', new Observable((subscriber) => params$.subscribe(subscriber)));
    page.until(1000);
    params$.next({ n: 1 });
    params$.error(new Error('gone'));
    params$ = new Subject();
    page.until(1500);
    expect(widget.live.status).to.equal('error');
    dashboard.retryNow();
    params$.next({ n: 2 });
    page.pass(0);
    expect(widget.live.status).to.equal('fresh');
  });
});

describe('the URLs of a dashboard', () => {
  const connect = (page: VirtualPage) => {
    const servers = new Map([
      ['a.example', page.server],
      ['b.example', page.other],
    ]);
    const WebSocket = virtualWebSocket(
      (dial) => (servers.get(new URL(dial.url).hostname) ?? page.server).accept(dial),
      page,
    );
    const dashboard = page.connect({ urls: ['wss://a.example/live', 'wss://b.example/live'], WebSocket });
    return page.show(dashboard, 'chart');
  };
  const dials = ({ server, other }: VirtualPage) => ({
    a: server.dials.map(({ at }) => at),
    b: other.dials.map(({ at }) => at),
  });

  onPage('are tried in another order once the first hangs: it is dialled last', (page) => {
    const widget = connect(page);
    page.until(9500); // the last heartbeat was at 9,000
    page.server.silence();
    page.server.accepts = 'hang';
    page.until(20_000);
    expect(page.history.slice(-2)).to.deep.equal(['11500 suspect', '11500 live']);
    page.other.cut();
    page.until(20_500);
    expect(widget.live).to.include({ status: 'fresh', at: 20_000 });
    expect(dials(page)).to.deep.equal({ a: [0], b: [11_500, 20_000] });
  });

  onPage('… also where it hangs from the beginning', (page) => {
    page.server.accepts = 'hang';
    const widget = connect(page);
    page.until(20_000);
    page.other.cut();
    page.until(20_500);
    expect(widget.live).to.include({ status: 'fresh', at: 20_000 });
    expect(dials(page)).to.deep.equal({ a: [0], b: [4000, 20_000] });
  });

  onPage('… and after the page was hidden for long', (page) => {
    page.server.accepts = 'hang';
    const widget = connect(page);
    page.until(20_000);
    page.visible$.next(false);
    page.until(400_000);
    page.visible$.next(true);
    page.until(400_100);
    expect(widget.live).to.include({ status: 'fresh', at: 400_000 });
    expect(dials(page)).to.deep.equal({ a: [0], b: [4000, 400_000] });
  });

  onPage('… or accepts links and ends them at once', (page) => {
    page.server.authenticate = () => 1011;
    const widget = connect(page);
    page.server.authenticate = () => undefined;
    page.server.misbehave = (_, { end }) => {
      end(1011);
      return true;
    };
    page.until(20_000);
    expect(widget.live.status).to.equal('fresh');
    expect(dials(page)).to.deep.equal({ a: [0], b: [1000] });
  });

  onPage('… but not after a sleep of the page, which is no fault of a server', (page) => {
    connect(page);
    page.until(10_000);
    page.hint$.next(true);
    page.until(20_000);
    expect(dials(page)).to.deep.equal({ a: [0, 10_000], b: [] });
  });

  onPage('… and is the first again when the others have failed after it', (page) => {
    connect(page);
    page.until(9500);
    page.server.silence();
    page.until(20_000);
    page.other.accepts = 'none';
    page.other.cut();
    page.until(30_000);
    page.server.cut();
    page.until(40_000);
    expect(dials(page)).to.deep.equal({ a: [0, 20_000, 30_000], b: [11_500, 20_000] });
  });
});

describe('a dashboard without a page, as on a server that renders one', () => {
  const setLocation = (href: string) => {
    Object.defineProperty(globalThis, 'location', { value: new URL(href), configurable: true });
  };

  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'location');
  });

  onPage('shows at once that there is nothing yet, and neither dials nor leaves a timer', (page) => {
    const dashboard = page.connect({ url: '/live' });
    const widget = page.show(dashboard, 'chart');
    dashboard.start();
    dashboard.retryNow();
    page.until(100_000);
    expect(widget.live).to.include({ status: 'stale', value: undefined });
    expect(page.history).to.deep.equal(['0 stopped']);
    expect(page.sockets).to.equal(0);
    widget.subscription.unsubscribe();
    expect(page.scheduler.actions).to.have.length(0);
  });

  onPage('is started once there is one', (page) => {
    const dashboard = page.connect({ url: '/live' });
    const widget = page.show(dashboard, 'chart');
    page.until(1000);
    setLocation('https://page.example/board');
    dashboard.start();
    page.until(2000);
    expect(widget.live.status).to.equal('fresh');
    expect(page.server.dials).to.deep.equal([{ at: 1000, url: 'wss://page.example/live' }]);
  });

  it('needs no WebSocket and no page events of its platform', () => {
    const shown: Live<unknown>[] = [];
    const states: DashboardState[] = [];
    const dashboard = connectDashboard({ url: '/live', autoStart: false });
    dashboard.state$.subscribe((state) => states.push(state));
    dashboard
      .watch('chart')
      .subscribe((live) => shown.push(live))
      .unsubscribe();
    expect(states).to.deep.equal([{ state: 'stopped' }]);
    expect(shown).to.deep.equal([{ status: 'stale', reason: 'link', asOf: undefined, value: undefined }]);
  });

  it('still refuses what is no URL in a page either', () => {
    expect(() => connectDashboard({ url: 'https://' })).to.throw('option "url" got https://');
  });
});
