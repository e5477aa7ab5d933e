import { expect } from 'chai';
import { simulateServer, serverCorpus } from '../../bench/server-simulation/index.js';

describe('simulateServer', () => {
  it('makes the same run of the same seed, and another of another', async () => {
    const { story, lasted } = await simulateServer({ seed: 8 });
    expect(await simulateServer({ seed: 8 })).to.deep.include({ story, lasted });
    expect((await simulateServer({ seed: 9 })).story).not.to.deep.equal(story);
  });

  for (const { seed, why } of serverCorpus)
    it(`keeps what was broken once: ${why}`, async () => {
      expect((await simulateServer({ seed })).violation).to.equal(undefined);
    });
});
