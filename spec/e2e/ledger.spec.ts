import { expect } from 'chai';
import { ledger } from '../../examples/failover/ledger.js';

const points = (...numbers: readonly number[]) => ({ points: numbers.map((n) => [n * 50, n]) });

describe('the ledger of numbered updates', () => {
  const { snapshot, update } = ledger();
  const before = snapshot(points(7, 8), undefined);

  it('begins with the first snapshot', () => {
    expect(before).to.deep.equal({ newest: 8, lost: 0, doubled: 0 });
    expect(update(before, points(9, 10))).to.deep.equal({ newest: 10, lost: 0, doubled: 0 });
  });

  it('counts what was left out, in updates and in snapshots', () => {
    expect(update(before, points(11))).to.include({ lost: 2 });
    expect(snapshot(points(10, 12), before)).to.include({ lost: 2 });
    expect(snapshot(points(8, 9), before)).to.include({ newest: 9, lost: 0, doubled: 0 });
  });

  it('counts what came again', () => {
    expect(update(before, points(8, 9))).to.deep.equal({ newest: 9, lost: 0, doubled: 1 });
  });
});
