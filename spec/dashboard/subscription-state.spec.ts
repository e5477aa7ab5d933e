import { expect } from 'chai';
import type { Fold } from '../../lib/dashboard/folds/fold.js';
import { SubscriptionState } from '../../lib/dashboard/subscription-state.js';
import { FoldError } from '../../lib/errors.js';

/** All payloads in the order in which they were folded; `bad` throws. */
const all: Fold<readonly unknown[]> = {
  snapshot: (payload) => [payload],
  update: (value, payload) => {
    if (payload === 'bad') throw new Error('bad');
    return [...value, payload];
  },
};

describe('the state of a subscription', () => {
  const subscribed = () => {
    const state = new SubscriptionState('s1', 'chart', all, () => undefined);
    const snapshot = (payload: unknown, offset: number, asOf: number) => {
      const { gen } = state.ask(undefined);
      const position = { subId: 's1', gen, epoch: 'e', offset, seq: 0, asOf };
      return state.take({ messageType: 'snapshot', ...position, payload }, Infinity);
    };
    const update = (payload: unknown, seq: number, offset: number) =>
      state.take({ messageType: 'update', subId: 's1', gen: state.gen, seq, offset, ts: offset, payload }, Infinity);
    return { state, snapshot, update };
  };

  it('joins a snapshot that comes in parts: lists one after the other, objects by their members', () => {
    const { state } = subscribed();
    const position = { subId: 's1', gen: state.ask(undefined).gen, epoch: 'e', offset: 5, seq: 0, asOf: 50 };
    state.take(
      { messageType: 'snapshot', ...position, more: true, payload: { rows: ['a'], of: { a: 1 }, total: 1 } },
      Infinity,
    );
    state.take({ messageType: 'snapshot', ...position, payload: { rows: ['b'], of: { b: 2 }, total: 2 } }, Infinity);
    const whole = { rows: ['a', 'b'], of: { a: 1, b: 2 }, total: 2 };
    expect(state.show('fresh').value).to.deep.equal([whole]);
  });

  it('folds an entry that it has already no second time, by its offset', () => {
    const { state, snapshot, update } = subscribed();
    snapshot('a', 5, 50);
    expect(update('again', 1, 5)).to.equal(false);
    expect(update('b', 2, 6)).to.equal(true);
    expect(state.show('fresh').value).to.deep.equal(['a', 'b']);
  });

  it('resumes from before an update that could not be folded', () => {
    const { state, snapshot, update } = subscribed();
    snapshot('a', 5, 50);
    expect(() => update('bad', 1, 6)).to.throw(FoldError);
    expect(state.ask(undefined).resume).to.deep.equal({ epoch: 'e', offset: 5 });
  });

  it('begins other params without the hole and the age of those before', () => {
    const { state, snapshot } = subscribed();
    snapshot('a', 5, 50);
    snapshot('b', 9, 90);
    expect(state.show('fresh')).to.deep.include({ asOf: 90, hole: { from: 50, to: 90 } });
    state.change({ unit: 'other' });
    snapshot('c', 7, 70);
    expect(state.show('fresh')).to.deep.equal({ status: 'fresh', asOf: 70, value: ['c'] });
  });
});
