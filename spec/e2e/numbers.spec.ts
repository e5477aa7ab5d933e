import { expect } from 'chai';
import { amissIn, newestOf } from '../../examples/failover/numbers.js';

describe('the numbers that a widget shows', () => {
  const fromFour = (...shown: readonly number[]) => ({ shown, from: () => 4 });

  it('are right from the first to the newest one, in any order', () => {
    expect(newestOf(fromFour(6, 4, 5))).to.equal(6);
    expect(amissIn(fromFour(6, 4, 5), 1)).to.equal(0);
    expect(amissIn(fromFour(8, 4, 6), 2)).to.equal(0);
    expect(amissIn({ shown: [], from: (newest) => newest - 4 }, 1)).to.equal(0);
  });

  it('are amiss where one is missing, there twice, or too old', () => {
    expect(amissIn(fromFour(6, 4), 1)).to.equal(1);
    expect(amissIn(fromFour(4, 5, 5), 1)).to.equal(1);
    expect(amissIn(fromFour(2, 4, 5), 1)).to.equal(1);
    expect(amissIn(fromFour(4, 5, 6), 2)).to.equal(1);
  });
});
