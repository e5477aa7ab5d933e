import { expect } from 'chai';
import { startCluster, type Cluster } from '../../examples/failover/cluster.js';
import { failOver, faultKinds, openStage, type Stage } from '../../examples/failover/failovers.js';
import { broken, summarize } from '../../examples/failover/report.js';

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
    it(`lose and double nothing, and are right again within 5 s: ${kind}`, async () => {
      const failovers = [await failOver(kind, stage), await failOver(kind, stage)];
      expect(broken(summarize(kind, failovers))).to.deep.equal([]);
    });
});
