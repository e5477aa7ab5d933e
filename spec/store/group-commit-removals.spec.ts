import { expect } from 'chai';
import { useFakeTimers } from 'sinon';
import { byHand, turn } from '../support/store-commit.js';
import { message } from '../support/store-place.js';

describe('groupCommit with removals', () => {
  it('lets removals ride along with the next put', async () => {
    const { commit, batches } = byHand();
    commit.remove([1, 2]);
    commit.remove([2]);
    void commit.put([message(3)]);
    await turn();
    expect(batches[0]).to.deep.include({ put: [3], removed: [1, 2] });
  });

  it('writes removals alone after 50 ms, and leaves no timer', async () => {
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { commit, batches, end } = byHand();
      commit.remove([1]);
      clock.tick(49);
      await turn();
      expect(batches).to.have.length(0);
      commit.remove([2]);
      clock.tick(1);
      await turn();
      expect(batches[0]).to.deep.include({ put: [], removed: [1, 2] });
      await end(0);
      expect(clock.countTimers()).to.equal(0);
    } finally {
      clock.restore();
    }
  });

  it('does not wait with removals at their bound', async () => {
    const { commit, batches, end } = byHand({ maxRemovals: 2 });
    commit.remove([1, 2]);
    await turn();
    commit.remove([3, 4]);
    await end(0);
    expect(batches.map(({ removed }) => removed)).to.deep.equal([
      [1, 2],
      [3, 4],
    ]);
  });

  it('writes removals that failed with the next put', async () => {
    const { commit, batches } = byHand({ maxRemovals: 1 });
    commit.remove([1]);
    await turn();
    batches[0]?.fail(new Error('disk'));
    await turn();
    expect(batches).to.have.length(1);
    void commit.put([message(2)]);
    await turn();
    expect(batches[1]).to.deep.include({ put: [2], removed: [1] });
  });

  it('drains what waits, removals included', async () => {
    const { commit, batches, end } = byHand();
    void commit.put([message(1)]);
    await turn();
    void commit.put([message(2)]);
    const drained = commit.drain();
    commit.remove([1]);
    await end(0);
    await end(1);
    await drained;
    expect(batches.map(({ put, removed }) => [put, removed])).to.deep.equal([
      [[1], []],
      [[2], [1]],
    ]);
  });
});
