import { expect } from 'chai';
import { startCluster, type Cluster } from '../../examples/failover/cluster.js';
import { failOver, faultKinds, openStage, type Failover, type Stage } from '../../examples/failover/failovers.js';
import { broken, summarize } from '../../examples/failover/report.js';

/** How often each of the failovers is played. */
const count = Number(process.env['FAILOVERS'] ?? 2);
/** What one failover may take with all that belongs to it, in milliseconds. */
const patience = 60_000;

describe('dashboards behind nginx', () => {
  let cluster: Cluster;
  let stage: Stage;

  before(async () => {
    cluster = await startCluster({ balancer: 'nginx' });
    stage = await openStage(cluster);
  });

  after(async () => {
    await stage[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  });

  for (const kind of faultKinds)
    it(`lose and double nothing, and are right again within 5 s: ${kind} (${count} times)`, async () => {
      const failovers: Failover[] = [];
      while (failovers.length < count) failovers.push(await failOver(kind, stage));
      expect(broken(summarize(kind, failovers))).to.deep.equal([]);
    }).timeout(count * patience);

  it('that are opened while their server hangs get to the other one in time', async () => {
    // To the server that is their first choice, wherever they have been led meanwhile.
    await failOver('end', stage);
    expect(broken(summarize('reopen', [await failOver('reopen', stage)]))).to.deep.equal([]);
  });
});
