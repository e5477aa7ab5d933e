import { expect } from 'chai';
import { retryAfterHeader } from '../../lib/transport/retry-after-header.js';

describe('retryAfterHeader', () => {
  it('reads seconds as milliseconds', () => {
    expect(retryAfterHeader('7')).to.deep.equal({ retryAfter: 7000 });
    expect(retryAfterHeader('999999')).to.deep.equal({ retryAfter: 999_999_000 });
  });

  for (const value of [
    null,
    undefined,
    '',
    '0',
    '-1',
    '1.5',
    '1e3',
    ' 7',
    '1000000',
    'soon',
    'Wed, 21 Oct 2026 07:28:00 GMT',
  ]) {
    it(`gives nothing for ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`, () => {
      expect(retryAfterHeader(value)).to.deep.equal({});
    });
  }
});
