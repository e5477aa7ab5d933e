import { expect } from 'chai';
import { rememberTxns } from '../../../lib/server/units/recent-txns.js';

describe('rememberTxns', () => {
  it('knows a txn again', () => {
    const isKnown = rememberTxns();
    expect(['a', 'b', 'a', '__proto__', '__proto__'].map(isKnown)).to.deep.equal([false, false, true, false, true]);
  });

  it('remembers at least as many as asked, and forgets those before', () => {
    const isKnown = rememberTxns(3);
    for (const txn of ['a', 'b', 'c', 'd', 'e']) isKnown(txn);
    expect(['c', 'd', 'e'].map(isKnown)).to.deep.equal([true, true, true]);
    isKnown('f');
    expect(isKnown('a')).to.equal(false);
  });
});
