import { expect } from 'chai';
import { startLoad } from '../../examples/stack/load.js';
import { type ServerId, startStack } from '../../examples/stack/start-stack.js';

const { STACK_ROUNDS = '2', STACK_UNITS = '50', STACK_PAGES = '20' } = process.env;

describe('two servers of units and dashboards behind HAProxy', () => {
  it('lose no message that was acknowledged, and no page freezes, whatever is killed, hung, drained, restarted or failed over', async function () {
    this.timeout(600_000);
    await using stack = await startStack();
    await using load = await startLoad(stack, { units: Number(STACK_UNITS), pages: Number(STACK_PAGES) });
    for (let round = 0; round < Number(STACK_ROUNDS); round++) {
      // Each goes for the server to which the last one sent everybody.
      const [one, other]: readonly [ServerId, ServerId] = round % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
      await stack.kill(one);
      await stack.hang(other, 4000);
      await stack.drain(one);
      await stack.restartRedis();
      await stack.failOverRedis();
    }
    const { acknowledged, lost, frozen } = await load.audit(60_000);
    expect(lost).to.deep.equal([]);
    expect(frozen).to.equal(0);
    expect(acknowledged).to.be.above(100);
  });
});
