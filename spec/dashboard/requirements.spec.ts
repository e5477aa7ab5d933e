import { expect } from 'chai';
import {
  BehaviorSubject,
  map,
  Subject,
  Subscription,
  throwError,
  timer,
  type SchedulerAction,
  type SchedulerLike,
} from 'rxjs';
import type { Row } from '../../lib/dashboard/folds/row.js';
import { rows, type Rows } from '../../lib/dashboard/folds/rows.js';
import { series, type Point } from '../../lib/dashboard/folds/series.js';
import { AppError, SubscriptionEndedError, TokenRefusedError } from '../../lib/errors.js';
import { virtualWebSocket } from '../../lib/testing/virtual/web-socket.js';
import { onPage, throttled, type VirtualPage } from '../support/virtual-page.js';

const chart = { fold: series() };
const waits = ({ states }: VirtualPage) =>
  states.flatMap((state) => (state.state === 'waiting' ? [{ attempt: state.attempt, delay: state.delay }] : []));
/** Points as published: 1, 2, 3 and so on, each once and in order. */
const numbers = (value: readonly Point[] | undefined) => value?.map(([, number]) => number);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
/** Publishes a point every 200 ms. */
const feed = (page: VirtualPage, until: number) => {
  for (let at = page.now + 200; at <= until; at += 200)
    page.at(at, () => {
      page.log.point();
    });
};

describe('a dashboard, by the numbers of its requirements', () => {
  onPage('D1: an end without a close frame is seen at once, and recovery starts', (page) => {
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'chart', {}, chart);
    page.until(10_000);
    page.server.cut();
    page.until(10_050);
    const [lost, ...more] = page.states.slice(-3);
    expect(lost).to.deep.include({ state: 'waiting', at: 10_000, attempt: 1, delay: 0 });
    expect(lost).to.have.nested.property('cause.code', 1006);
    expect(more.map(({ at, state }) => [at, state])).to.deep.equal([
      [10_000, 'connecting'],
      [10_000, 'live'],
    ]);
    expect(widget.statuses.slice(-3)).to.deep.equal(['10000 stale', '10000 resyncing', '10000 fresh']);
    expect(page.server.dials.map(({ at }) => at)).to.deep.equal([0, 10_000]);
  });

  for (const random of [0, 0.999])
    onPage(`D2: ten attempts wait 0 to 1, then 1, 2, 4, 8, 8, … s, and up to a fifth more: ${random}`, (page) => {
      page.connect({ random: () => random });
      page.until(10_000);
      page.server.accepts = 'none';
      page.server.cut();
      page.until(200_000);
      const due = [1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000, 8000].map((delay) => delay * (1 + random * 0.2));
      expect(waits(page)).to.deep.equal(
        [random * 1000, ...due].map((delay, index) => ({ attempt: index + 1, delay: Math.round(delay) })),
      );
    });

  onPage('D2: without immediateFirst the first attempt waits for 1 s as well', (page) => {
    page.connect({ reconnect: { immediateFirst: false } });
    page.until(10_000);
    page.server.accepts = 'none';
    page.server.cut();
    page.until(26_000);
    expect(waits(page).map(({ delay }) => delay)).to.deep.equal([1000, 2000, 4000, 8000, 8000]);
  });

  onPage('D3: exactly ten fast attempts, then failed, and one every 60 s', (page) => {
    page.connect();
    page.until(10_000);
    page.server.accepts = 'none';
    page.server.cut();
    page.until(300_000);
    const dials = page.server.dials.slice(1).map(({ at }) => at - 10_000);
    const fast = [0, 1000, 3000, 7000, 15_000, 23_000, 31_000, 39_000, 47_000, 55_000];
    expect(dials).to.deep.equal([...fast, 115_000, 175_000, 235_000]);
    expect(page.states.find(({ state }) => state === 'failed')).to.deep.include({ at: 65_000, until: 125_000 });
    page.server.accepts = 'all'; // a path that is back after 5 min
    page.until(360_000);
    expect(page.states.at(-1)?.state).to.equal('live');
  });

  for (const how of ['retryNow', 'a hint of the page'] as const)
    onPage(`D3: ${how} begins with attempt 1 again after failed`, (page) => {
      const dashboard = page.connect();
      page.until(10_000);
      page.server.accepts = 'none';
      page.server.cut();
      page.until(100_000);
      expect(page.states.at(-1)?.state).to.equal('failed');
      if (how === 'retryNow') dashboard.retryNow();
      else page.hint$.next(false);
      page.until(103_500);
      const told = page.states.filter(({ at }) => at >= 100_000);
      expect(told.map((state) => [state.state, state.at, 'attempt' in state && state.attempt])).to.deep.equal([
        ['connecting', 100_000, 1],
        ['waiting', 100_000, 2],
        ['connecting', 101_000, 2],
        ['waiting', 101_000, 3],
        ['connecting', 103_000, 3],
        ['waiting', 103_000, 4],
      ]);
    });

  onPage('D4: a server that accepts and closes is called ever more rarely', (page) => {
    page.server.accepts = 1001;
    page.connect();
    page.until(60_000);
    expect(waits(page).map(({ delay }) => delay)).to.deep.equal([1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000, 8000]);
  });

  onPage('D4: one that says welcome first, too, and 5 s or a snapshot are a success', (page) => {
    const dashboard = page.connect();
    const cut = (after: number) => {
      page.pass(after);
      page.server.cut();
      page.pass(0);
      return waits(page).at(-1)?.delay;
    };
    expect([cut(100), cut(1100), cut(2100), cut(4100)]).to.deep.equal([1000, 2000, 4000, 8000]);
    expect(cut(13_500)).to.equal(0); // 5.5 s old
    expect(cut(100)).to.equal(1000);
    page.show(dashboard, 'chart', {}, chart);
    expect(cut(1100)).to.equal(0); // brought a snapshot
  });

  onPage('D5: 200 subscriptions are sent again on a new connection, those of gone widgets are not', (page) => {
    const dashboard = page.connect();
    const widgets = upTo(202).map((n) => page.show(dashboard, `chart-${n}`, { n }, chart));
    page.until(10_000);
    page.server.cut();
    for (const { subscription } of widgets.slice(200)) subscription.unsubscribe();
    page.until(11_000);
    const sent = page.server.of('subscribe').filter(({ at }) => at >= 10_000);
    expect(sent.map(({ topic }) => topic)).to.deep.equal(upTo(200).map((n) => `chart-${n}`));
    expect(sent.map(({ params }) => params)).to.deep.equal(upTo(200).map((n) => ({ n })));
    expect(new Set(widgets.slice(0, 200).map(({ live }) => live.status))).to.deep.equal(new Set(['fresh']));
  });

  onPage('D5: 200 subscriptions are restored in one round trip after the welcome', (page) => {
    const dashboard = page.connect({}, { latency: 50 });
    const widgets = upTo(200).map((n) => page.show(dashboard, `chart-${n}`, { n }, chart));
    page.until(10_000);
    page.server.cut(); // is heard at 10,050; upgrade, hello and subscribe take a round trip each
    page.until(11_000);
    expect(new Set(widgets.map(({ statuses }) => statuses.slice(-3).join()))).to.deep.equal(
      new Set(['10050 stale,10250 resyncing,10350 fresh']),
    );
  });

  onPage('D6: params survive byte for byte, and those changed while down win', (page) => {
    page.server.snapshotOf = page.other.snapshotOf = () => ({ rows: [], total: 0 });
    const dashboard = page.connect();
    const params = { filter: { name: 'ü"\\', tags: [1, null] }, sort: '-load', page: 3, window: 3_600_000 };
    const params$ = new BehaviorSubject<unknown>(params);
    page.show(dashboard, 'units', params$, { fold: rows() });
    page.until(10_000);
    page.server.cut();
    page.until(20_000);
    page.server.accepts = 'none';
    page.server.cut();
    params$.next({ ...params, page: 4 });
    page.pass(500);
    params$.next({ ...params, page: 5 });
    page.server.accepts = 'all';
    page.until(30_000);
    const sent = page.server.of('subscribe').map(({ params: its }) => JSON.stringify(its));
    expect(sent).to.deep.equal([params, params, { ...params, page: 5 }].map((its) => JSON.stringify(its)));
  });

  onPage('D6: without preserve.state a watch begins anew with its first params', (page) => {
    const dashboard = page.connect({ 'websocket.reconnect.preserve.state': false });
    const params$ = new BehaviorSubject<unknown>({ page: 1 });
    page.show(dashboard, 'chart', params$, chart);
    page.until(5000);
    params$.next({ page: 2 });
    page.until(10_000);
    page.server.cut();
    page.until(20_000);
    const sent = page.server.of('subscribe').map(({ params, resume }) => ({ params, resume }));
    expect(sent).to.deep.equal([
      { params: { page: 1 }, resume: undefined },
      { params: { page: 2 }, resume: undefined },
      { params: { page: 1 }, resume: undefined },
    ]);
  });

  onPage('D7: no point twice and none out of order after 50 reconnects', (page) => {
    const dashboard = page.connect({ stableAfter: 1 });
    const widget = page.show<readonly Point[]>(dashboard, 'chart', { window: 600_000 }, chart);
    feed(page, 60_000);
    for (let n = 1; n <= 50; n++) {
      page.until(n * 1000 + 37);
      page.server.cut();
    }
    page.until(61_000);
    expect(page.sockets).to.equal(51);
    expect(numbers(widget.live.value)).to.deep.equal(upTo(300));
    expect(widget.live.hole).to.equal(undefined);
  });

  onPage('D7: where the log of the other server is another one, too', (page) => {
    const dashboard = page.connect();
    const widget = page.show<readonly Point[]>(dashboard, 'chart', { window: 600_000 }, chart);
    feed(page, 60_000);
    for (let n = 1; n <= 50; n++) {
      page.until(n * 1000 + 37);
      page.log.epoch = `log-${n}`;
      page.server.cut();
    }
    page.until(61_000);
    expect(numbers(widget.live.value)).to.deep.equal(upTo(300));
  });

  onPage('D8: the chip and every badge show the loss at once', (page) => {
    const dashboard = page.connect();
    const widgets = upTo(20).map((n) => page.show(dashboard, `chart-${n}`, {}, chart));
    page.until(10_000);
    page.server.accepts = 'hang';
    page.server.cut();
    page.pass(0);
    expect(page.states.at(-1)).to.include({ state: 'connecting', at: 10_000 });
    for (const { live } of widgets)
      expect(live).to.include({ status: 'stale', reason: 'link', at: 10_000, asOf: 9000 });
  });

  onPage('D9: data older than maxAge are stale while the link is live, and it is said why', (page) => {
    const dashboard = page.connect();
    page.log.point();
    const widget = page.show(dashboard, 'chart', {}, { ...chart, maxAge: 10_000 });
    const other = page.show(dashboard, 'other', {}, chart);
    page.until(5000);
    page.log.point();
    page.until(20_000);
    expect(widget.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 fresh', '15000 stale']);
    expect(widget.live).to.include({ status: 'stale', reason: 'source', asOf: 5000 });
    expect(other.live.status).to.equal('fresh');
    expect(page.states.at(-1)?.state).to.equal('live');
    page.log.point();
    page.pass(0);
    expect(widget.live.status).to.equal('fresh');
    page.server.accepts = 'none';
    page.server.cut();
    page.pass(0);
    expect(widget.live).to.include({ status: 'stale', reason: 'link' });
  });

  onPage('D9: each status is told: fresh, stale, resyncing, error, paused', (page) => {
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'chart', {}, chart);
    page.server.misbehave = ({ topic, subId, gen }, { say }) => {
      if (topic === 'secret') say({ messageType: 'ended', subId, gen, code: 'forbidden' });
      return topic === 'secret';
    };
    const secret = page.show(dashboard, 'secret');
    page.until(1000);
    page.visible$.next(false);
    page.until(301_000);
    expect(widget.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 fresh', '301000 paused']);
    expect(secret.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 error', '301000 paused']);
    page.visible$.next(true);
    page.pass(0);
    expect(widget.statuses.slice(4)).to.deep.equal(['301000 stale', '301000 resyncing', '301000 fresh']);
  });

  onPage('D10: a ping every 15 s proves the way there; no pong in 5 s makes the link suspect', (page) => {
    page.connect();
    page.until(31_000);
    expect(page.server.of('ping').map(({ at, t }) => [at, t])).to.deep.equal([
      [15_000, 15_000],
      [30_000, 30_000],
    ]);
    page.server.pongs = false;
    page.other.accepts = 'hang';
    page.until(50_000);
    expect(page.states.at(-1)).to.include({ state: 'suspect', suspicion: 'pong', at: 50_000 });
    expect(page.other.dials).to.have.length(1);
  });

  onPage('D10: the interval can be named as the specification does', (page) => {
    page.connect({ 'websocket.ping.interval': 7000 });
    page.until(15_000);
    expect(page.server.of('ping').map(({ at }) => at)).to.deep.equal([7000, 14_000]);
  });

  onPage('D11: a black hole is suspected after 2.5 s, dead after 4 s, and all is fresh again under 5 s', (page) => {
    const dashboard = page.connect({}, { latency: 10, closing: 60_003 });
    const widgets = upTo(5).map((n) => page.show(dashboard, `chart-${n}`, {}, chart));
    page.until(9000 + 500); // the last heartbeat is heard at 9,070
    page.server.silence();
    page.other.accepts = 'none'; // there is nowhere else
    page.at(13_000, () => (page.other.accepts = 'all'));
    page.until(15_000);
    const told = page.history.slice(-5);
    expect(told).to.deep.equal(['40 live', '11540 suspect', '13040 waiting', '13040 connecting', '13080 live']);
    for (const { live, statuses } of widgets) {
      expect(live.status).to.equal('fresh');
      expect(live.at - 9500).to.be.below(5000);
      expect(statuses.slice(-3, -2)).to.deep.equal(['13040 stale']);
    }
  });

  onPage(
    'D12: a suspected link is left for another that is open: nothing is stale, late frames change nothing',
    (page) => {
      const dashboard = page.connect({}, { closing: 60_003 });
      const widget = page.show<readonly Point[]>(dashboard, 'chart', {}, chart);
      page.log.point();
      page.until(9500);
      page.server.silence();
      page.log.point(); // gets lost on the way
      page.until(20_000);
      expect(page.history.slice(-2)).to.deep.equal(['11500 suspect', '11500 live']);
      expect(page.states.at(-1)).to.include({ serverId: 'b' });
      expect(widget.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 fresh']);
      expect(numbers(widget.live.value)).to.deep.equal([1, 2]);
      const { length } = widget.shown;
      page.server.silence(false);
      page.server.cut();
      page.until(30_000);
      expect(widget.shown).to.have.length(length);
      expect(page.history.at(-1)).to.equal('11500 live');
    },
  );

  onPage('D12: what the other link does not answer is fresh no longer than the first could have been alive', (page) => {
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'chart', {}, chart);
    let swallowed = 0;
    page.other.misbehave = () => ++swallowed === 1;
    page.until(9500); // the last heartbeat was at 9,000
    page.server.silence();
    page.until(20_000);
    expect(page.history.slice(-2)).to.deep.equal(['11500 suspect', '11500 live']);
    expect(widget.statuses.slice(2)).to.deep.equal(['0 fresh', '13000 resyncing', '13500 fresh']);
  });

  onPage('D12: … nor where that link is left for a third one, unanswered', (page) => {
    const dashboard = page.connect({ reconnect: { initialDelay: 500 } });
    const widget = page.show(dashboard, 'chart', {}, chart);
    page.until(9500);
    page.server.silence();
    page.other.misbehave = () => true;
    page.at(12_000, () => {
      page.server.misbehave = () => page.now < 14_000;
      for (const { say } of page.other.open)
        say({ messageType: 'goaway', reason: 'drain', drainMs: 60_000, avoid: 'b' });
    });
    page.until(20_000);
    expect(page.history.slice(-4)).to.deep.equal(['11500 suspect', '11500 live', '12000 suspect', '12000 live']);
    expect(widget.statuses.slice(2)).to.deep.equal(['0 fresh', '13000 resyncing', '14000 fresh']);
  });

  onPage('D12: what a load balancer cuts after a missed heartbeat is opened again at another server', (page) => {
    page.connect({ random: () => 0 });
    page.until(9500); // the last heartbeat was at 9,000
    page.server.silence();
    page.at(11_100, () => {
      page.server.cut();
    });
    page.until(12_000);
    expect(page.other.dials).to.deep.equal([{ at: 11_100, url: 'wss://server.example/live?avoid=a' }]);
    expect(page.history.at(-1)).to.equal('11100 live');
  });

  onPage('D12: … and at the same one where no heartbeat was missed yet', (page) => {
    page.connect();
    page.until(9500);
    page.server.silence();
    page.at(10_900, () => {
      page.server.cut();
    });
    page.until(12_000);
    expect(page.history.at(-1)).to.equal('10900 live');
    expect(page.other.dials).to.deep.equal([]);
  });

  onPage('D12: … or where the page stood still', (page) => {
    let isHidden = false;
    page.connect({ scheduler: throttled(page.scheduler, () => isHidden), pauseAfter: Infinity });
    page.until(9500);
    isHidden = true;
    page.server.silence();
    page.at(30_000, () => {
      page.server.cut();
    });
    page.until(30_500);
    expect(page.other.dials).to.deep.equal([]);
  });

  onPage('D12: a false alarm costs nothing', (page) => {
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'chart', {}, chart);
    page.other.accepts = 'hang';
    page.until(9500);
    page.server.silence();
    page.at(12_900, () => {
      page.server.silence(false);
      for (const { say } of page.server.open) say({ messageType: 'heartbeat', ts: page.now });
    });
    page.until(30_000);
    expect(page.history.slice(-2)).to.deep.equal(['11500 suspect', '12900 live']);
    expect(page.states.at(-1)).to.include({ state: 'live', serverId: 'a' });
    expect(widget.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 fresh']);
    expect(page.server.dials).to.have.length(1);
  });

  describe('D13: the health monitor repairs at its next tick', () => {
    const repaired = ({ health }: VirtualPage) =>
      health.flatMap((look, index) => look.repaired.map((what) => `${(index + 1) * 10} s: ${what}`));
    const quiet = { pingInterval: 600_000 };

    onPage('a WebSocket that is closed, and nobody was told', (page) => {
      const sockets: { readyState: number }[] = [];
      const WebSocket = class extends virtualWebSocket(page.accept, { scheduler: page.scheduler }) {
        constructor(url: string) {
          super(url);
          sockets.push(this);
        }
      };
      page.server.heartbeat = undefined;
      const dashboard = page.connect({ ...quiet, WebSocket });
      const widget = page.show(dashboard, 'chart', {}, chart);
      page.until(15_000);
      if (sockets[0]) sockets[0].readyState = 3;
      page.until(60_000);
      expect(repaired(page)).to.deep.equal(['20 s: the WebSocket is closed, and nobody was told']);
      expect(page.states.at(-1)).to.include({ state: 'live', at: 20_000 });
      expect(sockets).to.have.length(2);
      expect(widget.live.status).to.equal('fresh');
    });

    onPage('a silence that no timer has told of', (page) => {
      let loses = true;
      const scheduler = lossy(page.scheduler, (delay) => loses && delay === 2500);
      const dashboard = page.connect({ ...quiet, scheduler });
      const widget = page.show(dashboard, 'chart', {}, chart);
      page.until(11_000);
      loses = false;
      page.server.silence();
      page.until(60_000);
      expect(repaired(page)).to.deep.equal(['20 s: the link is silent, and nobody has noticed']);
      expect(page.states.at(-1)).to.include({ state: 'live', at: 20_000 });
      expect(widget.live.status).to.equal('fresh');
    });

    onPage('a link over which the machine slept', (page) => {
      page.connect(quiet);
      page.until(15_000);
      page.jump = 5001;
      page.until(60_000);
      expect(repaired(page)).to.deep.equal(['20 s: the clock jumped: the machine slept']);
      expect(page.sockets).to.equal(2);
    });

    onPage('a wait whose timer was lost', (page) => {
      const scheduler = lossy(page.scheduler, (delay) => delay === 1000);
      page.connect({ ...quiet, scheduler });
      page.until(12_000);
      page.server.accepts = 'none';
      page.server.cut(); // the attempt at once fails; the one of 13,000 never comes
      page.at(15_000, () => (page.server.accepts = 'all'));
      page.until(60_000);
      expect(repaired(page)).to.deep.equal(['20 s: a wait was over, and nothing was tried']);
      expect(page.states.at(-1)).to.include({ state: 'live', at: 20_000 });
    });

    onPage('a subscription without an answer, whose timer was lost', (page) => {
      const scheduler = lossy(page.scheduler, (delay) => delay === 2000);
      const dashboard = page.connect({ ...quiet, scheduler });
      page.server.misbehave = () => page.now < 16_000;
      page.until(12_000);
      const widget = page.show(dashboard, 'chart', {}, chart);
      page.until(60_000);
      expect(repaired(page)).to.deep.equal(['20 s: chart was not subscribed, or got no answer']);
      expect(widget.statuses).to.deep.equal(['12000 resyncing', '20000 fresh']);
    });

    onPage('nothing where all is well, or is being waited for', (page) => {
      const dashboard = page.connect();
      page.server.misbehave = ({ topic }, { say }, txn) => {
        if (topic === 'busy') say({ messageType: 'nack', retryAfter: 25_000, txn });
        return topic === 'busy';
      };
      page.show(dashboard, 'chart', {}, chart);
      page.show(dashboard, 'busy');
      page.show(dashboard, 'later', new Subject());
      page.until(60_000);
      expect(repaired(page)).to.deep.equal([]);
      expect(page.health).to.have.length(6);
      expect(page.health.at(-1)).to.deep.include({
        healthy: true,
        watches: { fresh: 1, stale: 0, resyncing: 1, error: 0, paused: 0 },
      });
      expect(page.server.of('subscribe').map(({ topic, at }) => `${at} ${topic}`)).to.deep.equal([
        '0 chart',
        '0 busy',
        '25000 busy',
        '50000 busy',
      ]);
    });
  });

  onPage('D14: a dead socket is abandoned, not awaited', (page) => {
    page.connect({}, { closing: 60_003 });
    page.other.accepts = 'none';
    page.until(9500);
    page.server.silence();
    page.until(13_050);
    expect(page.history.slice(-4)).to.deep.equal([
      '11500 suspect',
      '13000 waiting',
      '13000 connecting',
      '13000 waiting',
    ]);
    expect(page.other.dials.map(({ at }) => at)).to.deep.equal([11_500, 13_000]);
  });

  describe('D15: recovery from the loss to all fresh', () => {
    const recover = (page: VirtualPage, fault: () => void) => {
      const dashboard = page.connect({}, { latency: 20, closing: 60_003 });
      const widgets = upTo(10).map((n) => page.show(dashboard, `chart-${n}`, {}, chart));
      page.until(30_000);
      fault();
      page.until(60_000);
      expect(new Set(widgets.map(({ live }) => live.status))).to.deep.equal(new Set(['fresh']));
      return Math.max(...widgets.map(({ live }) => live.at)) - 30_000;
    };

    onPage('(a) 1006 with a backend ready: under 0.5 s', (page) => {
      expect(
        recover(page, () => {
          page.server.cut();
        }),
      ).to.be.within(1, 499);
    });

    onPage('(b) a hung backend that still accepts: under 5 s', (page) => {
      expect(
        recover(page, () => {
          page.server.silence();
          page.server.welcomes = false;
          for (const topic of upTo(10)) page.log.point(`chart-${topic}`);
        }),
      ).to.be.within(1, 4999);
    });

    onPage('(c) a black hole: under 5 s', (page) => {
      expect(
        recover(page, () => {
          page.server.silence();
          for (const topic of upTo(10)) page.log.point(`chart-${topic}`);
        }),
      ).to.be.within(1, 4999);
    });

    for (const outage of [500, 1500, 2900, 3000])
      onPage(`(d) an outage of ${outage} ms: under 5 s`, (page) => {
        expect(
          recover(page, () => {
            page.server.accepts = 'none';
            page.server.cut();
            page.at(30_000 + outage, () => (page.server.accepts = 'all'));
          }),
        ).to.be.within(outage, 4999);
      });

    for (const outage of [7100, 20_000, 40_000])
      onPage(`a longer outage of ${outage} ms: at most one step of the backoff after the path is back`, (page) => {
        page.connect({ random: () => 0.999 });
        page.until(30_000);
        page.server.accepts = 'none';
        page.server.cut();
        page.until(30_000 + outage);
        page.server.accepts = 'all';
        page.until(100_000);
        expect(page.states.at(-1)?.state).to.equal('live');
        expect(page.states.at(-1)?.at).to.be.within(30_000 + outage, 30_000 + outage + 9600);
      });
  });

  onPage('D16: a subscription is retried alone, three times, as the server asks, then shows an error', (page) => {
    const dashboard = page.connect();
    page.server.misbehave = ({ topic }, { say }, txn) => {
      if (topic === 'busy') say({ messageType: 'nack', retryAfter: 700, txn });
      return topic === 'busy';
    };
    const busy = page.show(dashboard, 'busy');
    const widget = page.show(dashboard, 'chart', {}, chart);
    page.until(40_000);
    const asked = page.server.of('subscribe').map(({ topic, at }) => `${at} ${topic}`);
    expect(asked.slice(0, 5)).to.deep.equal(['0 busy', '0 chart', '700 busy', '1400 busy', '2100 busy']);
    expect(busy.statuses).to.deep.equal(['0 stale', '0 resyncing', '2100 error']);
    expect(busy.live.error).to.be.instanceOf(SubscriptionEndedError).with.property('code', 'nack');
    expect(widget.live.status).to.equal('fresh');
    const after = [3100, 5100, 9100, 17_100, 25_100, 33_100]; // the waits double, up to 8 s
    expect(asked.slice(5)).to.deep.equal(after.map((at) => `${at} busy`));
    page.server.misbehave = () => false;
    page.until(41_100);
    expect(busy.live.status).to.equal('fresh');
  });

  onPage('D17: a number that is left out is found at the next frame, and costs one resubscribe of that one', (page) => {
    const dashboard = page.connect();
    const widgets = upTo(3).map((n) => page.show<readonly Point[]>(dashboard, `chart-${n}`, {}, chart));
    page.until(1000);
    page.server.skips.set('chart-2', 1);
    page.log.point('chart-2');
    page.pass(100);
    expect(numbers(widgets[1]?.live.value)).to.deep.equal([]);
    page.log.point('chart-2');
    page.pass(0);
    expect(numbers(widgets[1]?.live.value)).to.deep.equal([1, 2]);
    expect(widgets[1]?.live).to.deep.include({ status: 'fresh', at: 1100 });
    const sent = page.server.of('subscribe').slice(3);
    expect(sent.map(({ topic, gen, resume }) => ({ topic, gen, resume }))).to.deep.equal([
      { topic: 'chart-2', gen: 2, resume: { epoch: 'log', offset: 0 } },
    ]);
  });

  onPage('D17: a last message that got lost is found at the next heartbeat', (page) => {
    const dashboard = page.connect();
    const widget = page.show<readonly Point[]>(dashboard, 'chart', {}, chart);
    page.until(1600);
    page.server.skips.set('chart', 1);
    page.log.point();
    page.until(3100); // 1.5 s
    expect(numbers(widget.live.value)).to.deep.equal([1]);
    expect(widget.live.at).to.equal(3000);
    expect(page.server.of('subscribe')).to.have.length(2);
  });

  onPage('D18: 30 s at 5 points a second are all there after an outage of that long', (page) => {
    const dashboard = page.connect();
    const widget = page.show<readonly Point[]>(dashboard, 'chart', {}, chart);
    page.until(10_000);
    page.server.accepts = 'none';
    page.server.cut();
    page.pass(0);
    feed(page, 40_000);
    page.until(40_000);
    page.server.accepts = 'all';
    page.until(50_000);
    expect(numbers(widget.live.value)).to.deep.equal(upTo(150));
    expect(widget.live).to.include({ status: 'fresh' });
    expect(widget.live).not.to.have.property('hole');
    // Nothing of the replay is shown as fresh before all of it is there.
    expect(widget.shown.filter(({ status }) => status === 'fresh')).to.have.length(2);
  });

  onPage('D18: what the server has no longer is a hole, in the chart and in words', (page) => {
    const dashboard = page.connect();
    const widget = page.show<readonly Point[]>(dashboard, 'chart', {}, chart);
    feed(page, 40_000);
    page.until(10_100);
    page.log.keep = 50;
    page.server.accepts = 'none';
    page.server.cut();
    page.until(40_050);
    page.server.accepts = 'all';
    page.until(50_000);
    expect(numbers(widget.live.value)).to.deep.equal([...upTo(50), undefined, ...upTo(200).slice(150)]);
    expect(widget.live.value?.[50]).to.deep.equal([(10_000 + 30_200) / 2]);
    expect(widget.live.hole).to.deep.equal({ from: 10_000, to: 40_000 });
  });

  onPage('D18: a position that the server calls gone leaves its hole as well', (page) => {
    const dashboard = page.connect();
    const widget = page.show<readonly Point[]>(dashboard, 'chart', {}, chart);
    page.server.misbehave = ({ resume, subId, gen }, { say }) => {
      if (resume) say({ messageType: 'ended', subId, gen, code: 'gone' });
      return resume !== undefined;
    };
    feed(page, 20_000);
    page.until(10_100);
    page.log.keep = 10;
    page.server.accepts = 'none';
    page.server.cut();
    page.until(20_050);
    page.server.accepts = 'all';
    page.until(30_000);
    expect(widget.live.status).to.equal('fresh');
    expect(widget.live.hole).to.deep.equal({ from: 10_000, to: 20_000 });
  });

  onPage('D19: in a hidden page timers are late by up to 60 s, which ends no link that brings frames', (page) => {
    let isHidden = false;
    const dashboard = page.connect({ scheduler: throttled(page.scheduler, () => isHidden), pauseAfter: Infinity });
    const widget = page.show(dashboard, 'chart', {}, chart);
    page.until(10_000);
    isHidden = true;
    page.visible$.next(false);
    page.until(600_000);
    expect(page.sockets).to.equal(1);
    expect(widget.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 fresh']);
    page.server.silence();
    page.other.accepts = 'none';
    page.until(660_000); // the first timer that comes
    expect(page.states.at(-1)).to.include({ state: 'suspect', suspicion: 'silence', at: 660_000 });
    isHidden = false;
    page.other.accepts = 'all';
    page.visible$.next(true);
    page.hint$.next(false);
    page.pass(1000);
    expect(page.states.at(-1)?.state).to.equal('live');
    expect(widget.live.status).to.equal('fresh');
  });

  onPage('D19: a page that comes back out of a freeze is fresh again within 1 s', (page) => {
    const dashboard = page.connect({}, { closing: 60_003, latency: 30 });
    const widget = page.show<readonly Point[]>(dashboard, 'chart', {}, chart);
    page.until(10_000);
    page.server.silence(); // its socket died in the freeze, and the page has not been told
    page.log.point();
    page.hint$.next(true);
    page.pass(1000);
    expect(page.history.slice(-2)).to.deep.equal(['10000 suspect', '10120 live']);
    expect(numbers(widget.live.value)).to.deep.equal([1]);
    expect(widget.live.at).to.equal(10_180);
  });

  onPage('D19: hints that a network may be there neither end nor double a link that is well', (page) => {
    page.connect();
    page.until(10_000);
    for (let n = 0; n < 20; n++) {
      page.hint$.next(false);
      page.pass(100);
    }
    expect(page.sockets).to.equal(1);
    expect(page.history).to.deep.equal(['0 stopped', '0 connecting', '0 live']);
  });

  onPage('D19: after 5 min hidden the link is given up, and comes back with the page in under 1 s', (page) => {
    const dashboard = page.connect({}, { latency: 50 });
    const widget = page.show(dashboard, 'chart', {}, chart);
    page.until(10_000);
    page.visible$.next(false);
    page.until(309_999);
    expect(page.states.at(-1)?.state).to.equal('live');
    page.until(400_000);
    expect(page.history.at(-1)).to.equal('310000 paused');
    expect(widget.live.status).to.equal('paused');
    expect(page.server.open).to.have.length(0);
    page.hint$.next(false); // while it is hidden nothing is tried
    page.pass(10_000);
    expect(page.sockets).to.equal(1);
    page.visible$.next(true);
    page.pass(1000);
    expect(widget.live).to.include({ status: 'fresh', at: 410_300 });
  });

  describe('D20: tokens', () => {
    onPage('4401 has the token refreshed once, which is no attempt, and nothing is shown fresh meanwhile', (page) => {
      const asked: boolean[] = [];
      const answer$ = new Subject<string>();
      page.server.authenticate = (token) => (token === 'old' && page.now > 9000 ? 4401 : undefined);
      const token = ({ refused }: { readonly refused: boolean }) => {
        asked.push(refused);
        return refused ? answer$ : 'old';
      };
      const dashboard = page.connect({ token });
      const widget = page.show(dashboard, 'chart', {}, chart);
      page.until(10_000);
      page.server.cut(4401);
      page.until(11_000);
      expect(asked).to.deep.equal([false, true]);
      expect(widget.live.status).to.equal('stale');
      expect(page.states.at(-1)).to.include({ state: 'connecting', at: 10_000, attempt: 1 });
      answer$.next('new');
      page.pass(10);
      expect(page.states.at(-1)).to.include({ state: 'live', at: 11_000 });
      expect(page.server.of('hello').map((hello) => hello.token)).to.deep.equal(['old', 'new']);
      expect(page.server.dials.some(({ url }) => /old|new|token/.test(url))).to.equal(false);
    });

    onPage('a token that is refused twice is an error that is tried again ever more rarely, or when asked', (page) => {
      let asked = 0;
      page.server.authenticate = () => 4401;
      const dashboard = page.connect({ token: () => `token-${++asked}` });
      const widget = page.show(dashboard, 'chart', {}, chart);
      page.until(30_000);
      const failed = page.states.filter(({ state }) => state === 'failed');
      const times = failed.map(({ at, ...state }) => ({ at, until: 'until' in state && state.until }));
      expect(times.slice(0, 3)).to.deep.equal([
        { at: 0, until: 1000 },
        { at: 1000, until: 3000 },
        { at: 3000, until: 7000 },
      ]);
      expect(times.slice(3).every(({ at, until }) => until === at + 8000)).to.equal(true);
      expect(failed[0]).to.have.property('cause').instanceOf(TokenRefusedError).with.property('code', 4401);
      expect(widget.live.status).to.equal('stale');
      expect(asked).to.equal(failed.length + 1);
      page.server.authenticate = () => undefined;
      dashboard.retryNow();
      page.pass(10);
      expect(page.states.at(-1)?.state).to.equal('live');
      expect(widget.live.status).to.equal('fresh');
    });

    for (const code of [4401, 4403])
      onPage(`${code} for ten minutes, of a text that cannot be renewed: live within 10 s of their end`, (page) => {
        page.connect({ token: 'token', random: () => 0.999 });
        page.until(10_000);
        page.server.authenticate = () => code;
        page.server.cut(code);
        page.until(600_000);
        expect(page.states.at(-1)).to.include({ state: 'failed' }).and.to.have.nested.property('cause.code', code);
        page.server.authenticate = () => undefined;
        page.until(610_000);
        expect(page.states.at(-1)?.state).to.equal('live');
      });

    onPage('4401 has the token refreshed again where the one before was good for a while', (page) => {
      const asked: boolean[] = [];
      let good = 1;
      page.server.authenticate = (token) => (token === `token-${good}` ? undefined : 4401);
      const token = ({ refused }: { readonly refused: boolean }) => {
        asked.push(refused);
        return `token-${good}`;
      };
      page.connect({ token });
      for (const at of [10_000, 30_000]) {
        page.until(at);
        good++;
        page.server.cut(4401);
        page.pass(10);
        expect(page.states.at(-1)).to.include({ state: 'live', at });
      }
      expect(asked).to.deep.equal([false, true, true]);
    });

    onPage('4401 has the token of each page refreshed at a moment of its own', (page) => {
      page.server.authenticate = (token) => (token === 'old' && page.now > 9000 ? 4401 : undefined);
      const token = ({ refused }: { readonly refused: boolean }) => (refused ? 'new' : 'old');
      for (const chance of [0, 0.5]) page.connect({ token, random: () => chance });
      page.until(10_000);
      page.server.cut(4401);
      page.until(12_000);
      const [first = 0, second = 0, ...more] = page.server.of('hello').flatMap(({ at }) => (at > 0 ? [at] : []));
      expect(more).to.deep.equal([]);
      expect(second - first).to.be.at.least(100);
    });

    onPage('4403 has the token renewed as well', (page) => {
      page.server.authenticate = (token) => (token === 'old' && page.now > 9000 ? 4403 : undefined);
      page.connect({ token: ({ refused }) => (refused ? 'new' : 'old') });
      page.until(10_000);
      page.server.cut(4403);
      page.pass(10);
      expect(page.states.at(-1)).to.include({ state: 'live', at: 10_000 });
      expect(page.server.of('hello').map((hello) => hello.token)).to.deep.equal(['old', 'new']);
    });

    onPage('a server that asks for a new token in time gets one on the same link', (page) => {
      let issued = 0;
      const dashboard = page.connect({ token: () => timer(30, page.scheduler).pipe(map(() => `token-${++issued}`)) });
      const widget = page.show(dashboard, 'chart', {}, chart);
      page.until(10_000);
      page.server.authenticate = (token) => (token === 'token-1' ? 4401 : undefined);
      for (const { say } of page.server.open) say({ messageType: 'renew', expiresInMs: 60_000 });
      page.until(20_000);
      expect(page.server.of('hello').map(({ at, token }) => [at, token])).to.deep.equal([
        [30, 'token-1'],
        [10_030, 'token-2'],
      ]);
      expect(page.sockets).to.equal(1);
      expect(widget.statuses).to.deep.equal(['0 stale', '30 resyncing', '30 fresh']);
    });

    onPage(
      'a token function that has none when it is asked for a new one is reported, and the link is kept',
      (page) => {
        const told: boolean[] = [];
        page.connect({
          token: ({ refused }) => {
            told.push(refused);
            return refused ? throwError(() => new Error('signed out')) : 'token';
          },
        });
        page.until(10_000);
        for (const { say } of page.server.open) say({ messageType: 'renew', expiresInMs: 60_000 });
        page.until(20_000);
        expect(told).to.deep.equal([false, true]);
        expect(page.failures).to.have.lengthOf(1);
        expect(page.failures[0]).to.be.instanceOf(AppError).with.nested.property('cause.message', 'signed out');
        expect(page.server.of('hello')).to.have.lengthOf(1);
        expect(page.states.at(-1)).to.include({ state: 'live', at: 0 });
      },
    );

    onPage('a server that takes each token, sends data and closes with 4401 is not called in a circle', (page) => {
      const dashboard = page.connect({ token: () => 'token' });
      page.show(dashboard, 'chart', {}, chart);
      for (let at = 10; at < 60_000; at += 10)
        page.at(at, () => {
          page.server.cut(4401);
        });
      page.until(60_000);
      expect(page.sockets).to.be.within(5, 15);
    });

    onPage('a token function that never answers is asked again', (page) => {
      let asked = 0;
      const dashboard = page.connect({ token: () => (++asked < 3 ? new Subject<string>() : 'token') });
      page.show(dashboard, 'chart', {}, chart);
      page.until(60_000);
      expect(page.history).to.deep.equal([
        '0 stopped',
        '0 connecting',
        '4000 waiting',
        '5000 connecting',
        '9000 waiting',
        '11000 connecting',
        '11000 connecting',
        '11000 live',
      ]);
    });
  });

  onPage('D22: goaway has another link opened first, elsewhere, then this one closed', (page) => {
    const dashboard = page.connect({}, { latency: 20 });
    const widget = page.show<readonly Point[]>(dashboard, 'chart', {}, chart);
    feed(page, 20_000);
    page.until(10_000);
    for (const { say } of page.server.open)
      say({ messageType: 'goaway', reason: 'drain', drainMs: 60_000, avoid: 'a' });
    page.until(21_000);
    expect(page.other.dials).to.deep.equal([{ at: 10_040, url: 'wss://server.example/live?avoid=a' }]);
    expect(page.server.open).to.have.length(0);
    expect(widget.statuses).to.deep.equal(['0 stale', '80 resyncing', '120 fresh']);
    expect(numbers(widget.live.value)).to.deep.equal(upTo(100));
    expect(widget.live).not.to.have.property('hole');
    expect(page.history.slice(-2)).to.deep.equal(['10020 suspect', '10100 live']);
  });

  onPage('D22: a server that goes away is left before it closes the link, however young the link is', (page) => {
    const dashboard = page.connect({ random: () => 0.9 });
    const widget = page.show(dashboard, 'chart', {}, chart);
    page.until(2000);
    for (const { say } of page.server.open) say({ messageType: 'goaway', reason: 'drain', drainMs: 3000, avoid: 'a' });
    page.at(5000, () => {
      page.server.cut(1012);
    });
    page.until(10_000);
    expect(page.other.dials).to.deep.equal([{ at: 4160, url: 'wss://server.example/live?avoid=a' }]);
    expect(widget.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 fresh']);
  });

  onPage('D22: other params are not fresh before their answer, right after a move either', (page) => {
    const dashboard = page.connect({}, { latency: 20 });
    const params$ = new BehaviorSubject({ unit: 'a' });
    const widget = page.show<readonly Point[]>(dashboard, 'chart', params$, chart);
    page.until(10_000);
    for (const { say } of page.server.open) say({ messageType: 'goaway', reason: 'drain', avoid: 'a' });
    page.at(11_000, () => {
      params$.next({ unit: 'b' });
    });
    page.until(12_000);
    expect(page.history.slice(-2)).to.deep.equal(['10020 suspect', '10100 live']);
    expect(widget.statuses.slice(2)).to.deep.equal(['120 fresh', '11000 resyncing', '11040 fresh']);
  });

  onPage('D22: where every server goes away, none is called in a circle', (page) => {
    page.servers.splice(1);
    page.server.goaway = true;
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'chart', {}, chart);
    page.until(20_000);
    expect(page.sockets).to.be.at.most(21);
    expect(widget.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 fresh']);
  });

  onPage('D25: 5,000 updates a second are all taken, each told once', (page) => {
    const dashboard = page.connect();
    const widget = page.show<Rows<Row>>(dashboard, 'units', {}, { fold: rows() });
    page.server.snapshotOf = () => ({ rows: [], total: 0 });
    page.until(1000);
    for (let at = 1000; at < 3000; at += 10)
      page.at(at, () => {
        for (let n = 0; n < 50; n++) page.log.publish('units', { set: [{ id: n, at }] });
      });
    page.until(4000);
    expect(widget.shown.filter(({ status }) => status === 'fresh')).to.have.length(1 + 10_000);
    expect(widget.live.value?.byId.get(49)).to.deep.equal({ id: 49, at: 2990 });
    expect(page.server.of('subscribe')).to.have.length(1);
  });

  onPage('D26: 1,000 reconnects leave no timer, listener, subscription or route behind', (page) => {
    const dashboard = page.connect({ stableAfter: 1 });
    const widgets = upTo(10).map((n) => page.show(dashboard, `chart-${n}`, {}, chart));
    const count = () => ({
      timers: page.scheduler.actions.length,
      visible: observers(page.visible$),
      hints: observers(page.hint$),
      connections: page.server.open.length,
      subscriptions: page.server.open.map(({ subs }) => subs.size),
      fresh: widgets.filter(({ live }) => live.status === 'fresh').length,
    });
    page.until(9000);
    page.server.cut();
    page.pass(2000);
    const before = count();
    for (let n = 0; n < 1000; n++) {
      page.server.cut();
      page.pass(100);
    }
    expect(page.sockets).to.equal(1002);
    page.pass(2000); // for the timers of the server
    expect(before).to.deep.include({ connections: 1, subscriptions: [10], fresh: 10 });
    const after = count();
    expect(after.timers).to.be.at.most(before.timers + 1); // one of the monitor may be due
    expect({ ...after, timers: 0 }).to.deep.equal({ ...before, timers: 0 });
    for (const { subscription } of widgets) subscription.unsubscribe();
    dashboard.stop();
    page.pass(2000);
    expect(page.scheduler.actions).to.have.length(0);
    expect([observers(page.visible$), observers(page.hint$)]).to.deep.equal([0, 0]);
  });

  onPage('F1: a black hole is found in time after three reconnects as well', (page) => {
    page.connect();
    page.until(10_000);
    for (let n = 0; n < 3; n++) {
      page.server.cut();
      page.pass(3000);
    }
    page.server.silence();
    page.pass(4000);
    expect(page.states.at(-1)).to.include({ state: 'live', serverId: 'b' });
    expect(page.states.at(-1)?.at).to.be.at.most(19_000 + 2500);
  });

  onPage('F2: filters changed while down and right after: the newest wins, one subscribe a widget', (page) => {
    const dashboard = page.connect({}, { latency: 30 });
    const filter$ = new BehaviorSubject({ filter: 'a' });
    const widget = page.show(dashboard, 'chart', filter$, chart);
    page.until(10_000);
    page.server.cut();
    page.pass(31);
    filter$.next({ filter: 'b' });
    filter$.next({ filter: 'c' });
    page.until(10_500);
    expect(
      page.server
        .of('subscribe')
        .slice(1)
        .map(({ params }) => params),
    ).to.deep.equal([{ filter: 'c' }]);
    page.server.cut();
    page.pass(151); // live again, and the answer is on its way
    filter$.next({ filter: 'd' });
    page.pass(1000);
    const sent = page.server.of('subscribe').slice(2);
    expect(sent.map(({ params, gen }) => ({ params, gen }))).to.deep.equal([
      { params: { filter: 'c' }, gen: 3 },
      { params: { filter: 'd' }, gen: 4 },
    ]);
    expect(widget.live.status).to.equal('fresh');
  });

  onPage('F3: each subscription that there is reaches the new socket', (page) => {
    const dashboard = page.connect();
    for (const n of upTo(37)) page.show(dashboard, `chart-${n}`, {}, chart);
    page.until(10_000);
    page.server.cut();
    page.pass(100);
    expect(page.server.open.map(({ subs }) => subs.size)).to.deep.equal([37]);
  });

  onPage(
    'F4: one refused of five leaves four, is tried again alone, and shows an error when that is refused too',
    (page) => {
      const dashboard = page.connect();
      let refusals = 1;
      page.server.misbehave = ({ topic, subId, gen }, { say }) => {
        if (topic !== 'chart-3' || refusals-- <= 0) return false;
        say({ messageType: 'ended', subId, gen, code: 'failed', retryAfter: 400 });
        return true;
      };
      const widgets = upTo(5).map((n) => page.show(dashboard, `chart-${n}`, {}, chart));
      page.until(1000);
      expect(widgets.map(({ live }) => live.status)).to.deep.equal(upTo(5).map(() => 'fresh'));
      expect(
        page.server
          .of('subscribe')
          .map(({ topic, at }) => `${at} ${topic}`)
          .slice(5),
      ).to.deep.equal(['400 chart-3']);
      refusals = 4;
      page.server.cut();
      page.pass(2000);
      expect(widgets.map(({ live }) => live.status)).to.deep.equal(['fresh', 'fresh', 'error', 'fresh', 'fresh']);
    },
  );

  onPage('F5: 100 rounds of subscribing leave nothing behind', (page) => {
    const dashboard = page.connect({ unsubscribeAfter: 0 });
    page.until(9000);
    const round = () => {
      const { subscription } = page.show(dashboard, 'chart', {}, { ...chart, maxAge: 5000 });
      page.pass(10);
      subscription.unsubscribe();
      page.pass(10);
    };
    round();
    const before = page.scheduler.actions.length;
    for (let n = 0; n < 100; n++) round();
    expect(page.scheduler.actions.length).to.be.at.most(before + 1);
    expect(page.server.open.map(({ subs }) => subs.size)).to.deep.equal([0]);
    expect(page.server.of('unsubscribe')).to.have.length(101);
    page.until(20_000);
    expect(page.health.at(-1)?.watches).to.deep.equal({ fresh: 0, stale: 0, resyncing: 0, error: 0, paused: 0 });
  });

  onPage('F6: other params replace what was known, they are not merged into it', (page) => {
    const dashboard = page.connect();
    const params$ = new BehaviorSubject({ unit: 'u-1' });
    page.log.point();
    const widget = page.show<readonly Point[]>(dashboard, 'chart', params$, chart);
    page.until(1000);
    page.server.snapshotOf = () => ({ points: [[5000, 77]] });
    params$.next({ unit: 'u-2' });
    page.pass(0);
    expect(widget.live.value).to.deep.equal([[5000, 77]]);
    expect(page.server.of('subscribe').at(-1)).not.to.have.property('resume');
    expect(widget.live).not.to.have.property('hole');
  });

  onPage('F7: 3 s of added latency with data still flowing costs no reconnect', (page) => {
    const dashboard = page.connect();
    const widget = page.show(dashboard, 'chart', {}, chart);
    feed(page, 60_000);
    page.until(10_000);
    page.other.accepts = 'hang'; // nothing new is opened in time either
    const [connection] = page.server.open;
    if (!connection) throw new Error('there is no connection');
    page.slow = 3000;
    page.until(60_000);
    expect(page.server.dials).to.have.length(1);
    expect(page.states.at(-1)?.state).to.equal('live');
    expect(widget.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 fresh']);
  });

  onPage('F8: who subscribes anew after an error starts clean', (page) => {
    const dashboard = page.connect();
    page.server.misbehave = ({ subId, gen }, { say }) => {
      say({ messageType: 'ended', subId, gen, code: 'failed' });
      return true;
    };
    const watch$ = dashboard.watch('chart', {}, chart);
    const shown: string[] = [];
    const first = watch$.subscribe(({ status }) => shown.push(status));
    page.until(900);
    first.unsubscribe();
    page.server.misbehave = () => false;
    watch$.subscribe(({ status, error }) => shown.push(`${status} ${error === undefined}`));
    page.until(2000);
    expect(shown).to.deep.equal(['stale', 'resyncing', 'error', 'resyncing true', 'fresh true']);
  });

  onPage('F9: late frames of an old socket, and of an old generation, change nothing', (page) => {
    const dashboard = page.connect();
    const widget = page.show<readonly Point[]>(dashboard, 'chart', {}, chart);
    page.until(9500);
    const [old] = page.server.open;
    page.server.silence();
    page.until(20_000);
    expect(page.states.at(-1)).to.include({ serverId: 'b' });
    const { length } = widget.shown;
    const [now] = page.other.open;
    const late = {
      messageType: 'update',
      subId: 's1',
      seq: 1,
      offset: 99,
      ts: 1,
      payload: { points: [[1, 99]] },
    } as const;
    if (old) Object.assign(old, { silent: false, isOpen: true });
    for (const gen of [0, 1, 2, 3]) old?.say({ ...late, gen });
    for (const gen of [0, 1, 3]) now?.say({ ...late, gen });
    now?.say({
      messageType: 'snapshot',
      subId: 's1',
      gen: 1,
      epoch: 'x',
      offset: 9,
      seq: 0,
      asOf: 1,
      payload: { points: [] },
    });
    now?.say({ messageType: 'ended', subId: 's1', gen: 1, code: 'failed' });
    page.until(21_000);
    expect(widget.shown).to.have.length(length);
  });
});

/** A scheduler that loses timers. */
const lossy = (scheduler: SchedulerLike, loses: (delay: number) => boolean): SchedulerLike => ({
  now: () => scheduler.now(),
  schedule: <T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T) =>
    loses(delay) ? Subscription.EMPTY : scheduler.schedule<T | undefined>(work as never, delay, state),
});

/** How many are subscribed. */
const observers = (subject: Subject<never> | Subject<boolean>) =>
  (subject as unknown as { readonly observers: readonly unknown[] }).observers.length;
