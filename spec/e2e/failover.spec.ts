import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import {
  buildViewer,
  openPage,
  startChromium,
  viewerPath,
  type BuiltViewer,
  type PageViewer,
} from '../../examples/failover/browser.js';
import { startCluster, type Cluster } from '../../examples/failover/cluster.js';
import {
  cutKinds,
  failOver,
  openStage,
  type AnyFault,
  type Failover,
  type FaultKind,
  type Stage,
} from '../../examples/failover/failovers.js';
import { pause } from '../../examples/failover/programs.js';
import { broken, summarize, table, type Summary } from '../../examples/failover/report.js';

/** How often each of the failovers is played. */
const count = Number(process.env['FAILOVERS'] ?? 5);
const times = (kind: FaultKind): FaultKind[] => Array.from({ length: count }, () => kind);
/** How often the link is cut, and the time between, in milliseconds. */
const cuts = process.env['IDLE_CUTS'] === 'hour' ? { count: 12, every: 300_000 } : { count: 20, every: 0 };
/** What one failover may take with all that belongs to it, in milliseconds. */
const patience = 60_000;

describe('dashboards behind HAProxy, one in Node and one in Chromium', () => {
  const summaries: Summary[] = [];
  let cluster: Cluster;
  let stage: Stage;

  let built: BuiltViewer;
  let chromium: Browser;
  let page: PageViewer;

  before(async () => {
    built = await buildViewer();
    chromium = await startChromium();
    cluster = await startCluster({ viewer: built.directory });
    const more = async (origin: string) => [
      (page = await openPage(await chromium.newPage(), `${origin}${viewerPath}`)),
    ];
    stage = await openStage(cluster, { names: ['wall'], more });
  });

  after(async () => {
    await stage[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
    await chromium.close();
    await built[Symbol.asyncDispose]();
    console.log(`\n${table(summaries)}\n`);
  });

  const several = async (title: Summary['kind'], kinds: readonly AnyFault[], every = 0): Promise<Summary> => {
    const failovers: Failover[] = [];
    for (const kind of kinds) {
      await pause(every);
      failovers.push(await failOver(kind, stage));
    }
    const summary = summarize(title, failovers);
    summaries.push(summary);
    return summary;
  };

  it(`lose and double nothing, and are right again within 5 s, when a server is killed (${count} times)`, async () => {
    expect(broken(await several('kill', times('kill')))).to.deep.equal([]);
  }).timeout(count * patience);

  it(`… when a server hangs (${count} times)`, async () => {
    expect(broken(await several('hang', times('hang')))).to.deep.equal([]);
  }).timeout(count * patience);

  it(`… when a server is drained, and never show anything but fresh (${count} times)`, async () => {
    const summary = await several('drain', times('drain'));
    expect(broken(summary)).to.deep.equal([]);
    expect(summary.notFresh).to.equal(0);
  }).timeout(count * patience);

  it(`… when their links fall silent (${count} times)`, async () => {
    expect(broken(await several('silence', times('silence')))).to.deep.equal([]);
  }).timeout(count * patience);

  it(`… when their links are cut, in every way that there is (${cuts.count} times)`, async () => {
    const kinds = Array.from({ length: cuts.count }, (_, index) => cutKinds[index % cutKinds.length] ?? 'end');
    expect(broken(await several('idle cuts', kinds, cuts.every))).to.deep.equal([]);
  }).timeout(cuts.count * (patience + cuts.every));

  it('come back to the server that they were on, as long as it is well', async () => {
    const servers = () => stage.viewers.map(({ state }) => (state.state === 'live' ? state.serverId : undefined));
    await stage.settled();
    const before = servers();
    for (const kind of ['shut', 'end', 'reset', 'end', 'reset'] as const) {
      await failOver(kind, stage);
      expect(servers()).to.deep.equal(before);
    }
  }).timeout(patience);

  it('a dashboard that is opened while its server hangs gets to the other one in time', async () => {
    expect(broken(await several('reopen', ['reopen']))).to.deep.equal([]);
  }).timeout(patience);

  it('never needed to load the page again, and lack nothing of what was published in all this time', async () => {
    expect(page.navigations()).to.equal(1);
    expect(await stage.audit()).to.include({ lost: 0, doubled: 0 });
  });
});

describe('the observer of dashboards', () => {
  it('finds out those that show as fresh what is not, and take too long', async () => {
    await using cluster = await startCluster();
    await using blind = await openStage(cluster, {
      names: ['blind'],
      options: { suspectAfter: 6000, deadAfter: 7000, pingInterval: 60_000 },
    });
    const summary = summarize('silence', [await failOver('silence', blind)]);
    expect(broken(summary)).to.have.length(2);
    expect(summary.frozen).to.be.above(0);
    expect(summary.p99).to.be.above(5000);
  }).timeout(patience);
});
