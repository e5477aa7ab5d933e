import { expect } from 'chai';
import { runDifferential } from '../../bench/differential/run.js';

describe('a page after 300 random steps on virtual time', () => {
  // `npm run differential` runs more of them.
  for (const seed of [1, 2, 10])
    it(`shows as fresh only what a server had, and ends as one that is opened then: seed ${seed}`, async () => {
      const { violations, fresh, links } = await runDifferential(seed);
      expect(violations).to.deep.equal([]);
      expect(fresh).to.be.greaterThan(50);
      expect(links).to.be.greaterThan(2);
    });

  it('is the same for the same seed', async () => {
    expect(await runDifferential(3)).to.deep.equal(await runDifferential(3));
  });
});
