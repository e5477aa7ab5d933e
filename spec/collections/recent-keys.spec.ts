import { expect } from 'chai';
import { RecentKeys } from '../../lib/collections/recent-keys.js';

describe('RecentKeys', () => {
  const addAll = (keys: RecentKeys, ...added: readonly string[]) => added.map((key) => keys.add(key));

  it('knows a key again', () => {
    expect(addAll(new RecentKeys(3), 'a', 'b', 'a')).to.deep.equal([false, false, true]);
  });

  it('is asked for a key without noting it', () => {
    const keys = new RecentKeys(2);
    expect([keys.has('a'), keys.has('a'), keys.add('a'), keys.has('a'), keys.has('')]).to.deep.equal([
      ...[false, false, false, true, false],
    ]);
  });

  it('forgets the oldest key first', () => {
    expect(addAll(new RecentKeys(2), 'a', 'b', 'c', 'b', 'a')).to.deep.equal([false, false, false, true, false]);
  });

  it('keeps a key that keeps coming', () => {
    expect(addAll(new RecentKeys(2), 'a', 'b', 'a', 'c', 'a')).to.deep.equal([false, false, true, false, true]);
  });

  it('never knows the empty key', () => {
    expect(addAll(new RecentKeys(2), '', '')).to.deep.equal([false, false]);
  });
});
