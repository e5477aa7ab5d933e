import { expect } from 'chai';
import { closeCode } from '../../lib/observability/close-code.js';

describe('closeCode', () => {
  it('names the codes that are known', () => {
    const known = [1000, 1001, ...Array.from({ length: 11 }, (_, n) => 1005 + n), 4400, 4401, 4403, 4408, 4409, 4429];
    expect(known.map(closeCode)).to.deep.equal(known.map(String));
  });

  it('gives one name to all others', () => {
    const others = [0, 999, 1002, 1003, 1004, 1016, 3000, 4000, 4402, 4499, 4999, 10_000, 1000.5, Number.NaN];
    expect(new Set(others.map(closeCode))).to.deep.equal(new Set(['other']));
  });
});
