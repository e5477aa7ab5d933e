import { expect } from 'chai';
import { byHand, turn } from '../support/store-commit.js';
import { message, messages, orders } from '../support/store-place.js';

const outcome = (put: Promise<void>) =>
  put.then(
    () => 'kept',
    (error: unknown) => (error as Error).message,
  );

describe('groupCommit', () => {
  it('writes a thousand puts of one turn as one batch, in order', async () => {
    const { commit, batches, end } = byHand();
    const puts = messages(1, 1000).map((one) => commit.put([one]));
    await turn();
    await end(0);
    await Promise.all(puts);
    expect(batches.map(({ put }) => put)).to.deep.equal([orders(messages(1, 1000))]);
  });

  it('gathers what is put while a batch is being written into the next one', async () => {
    const { commit, batches, end } = byHand();
    void commit.put([message(1)]);
    await turn();
    void commit.put([message(2)]);
    await turn();
    void commit.put([message(3), message(4)]);
    await turn();
    expect(batches).to.have.length(1);
    await end(0);
    expect(batches.map(({ put }) => put)).to.deep.equal([[1], [2, 3, 4]]);
  });

  it('does not resolve before its batch is written', async () => {
    const { commit, end } = byHand();
    let kept = false;
    void commit.put([message(1)]).then(() => (kept = true));
    await turn();
    expect(kept).to.equal(false);
    await end(0);
    expect(kept).to.equal(true);
  });

  it('rejects exactly the puts of the batch that failed, and takes them out of the next one', async () => {
    const { commit, batches, end } = byHand();
    const failing = [outcome(commit.put([message(1)])), outcome(commit.put([message(2)]))];
    await turn();
    const later = outcome(commit.put([message(3)]));
    batches[0]?.fail(new Error('disk'));
    await turn();
    await end(1);
    expect(await Promise.all([...failing, later])).to.deep.equal(['disk', 'disk', 'kept']);
    expect(batches[1]).to.deep.include({ put: [3], removed: [1, 2] });
  });

  it('keeps a message that was put again after its batch failed', async () => {
    const { commit, batches, end } = byHand();
    const failing = outcome(commit.put([message(1)]));
    await turn();
    batches[0]?.fail(new Error('disk'));
    await failing;
    const again = outcome(commit.put([message(1)]));
    await turn();
    await end(1);
    expect(await again).to.equal('kept');
    expect(batches[1]).to.deep.include({ put: [1], removed: [] });
  });

  it('keeps a message that was put again before its batch failed', async () => {
    const { commit, batches, end } = byHand();
    const failing = outcome(commit.put([message(1), message(2)]));
    await turn();
    const again = outcome(commit.put([message(1)]));
    batches[0]?.fail(new Error('disk'));
    await failing;
    await turn();
    await end(1);
    expect(await again).to.equal('kept');
    expect(batches[1]).to.deep.include({ put: [1], removed: [2] });
  });

  it('ends a batch at its bound, at the end of a put', async () => {
    const { commit, batches, end } = byHand({ maxMessages: 3 });
    for (const group of [messages(1, 2), messages(3, 4), messages(5, 6)]) void commit.put(group);
    await turn();
    await end(0);
    expect(batches.map(({ put }) => put)).to.deep.equal([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });
});
