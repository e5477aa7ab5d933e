import { expect } from 'chai';
import { retryAfterHeader } from '../../lib/transport/retry-after-header.js';

describe('retryAfterHeader', () => {
  const now = Date.UTC(1994, 10, 6, 8, 49, 30);
  const at = (value: string, date?: string | null, clock = now) => retryAfterHeader(value, date, () => clock);

  it('reads seconds as milliseconds', () => {
    expect(at('7')).to.deep.equal({ retryAfter: 7000 });
    expect(at('999999')).to.deep.equal({ retryAfter: 999_999_000 });
  });

  for (const [form, value] of [
    ['IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT'],
    ['RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT'],
    ['asctime', 'Sun Nov  6 08:49:37 1994'],
  ] as const)
    it(`reads an HTTP date in the form of ${form}`, () => {
      expect(at(value)).to.deep.equal({ retryAfter: 7000 });
    });

  it('reads asctime on a day of two digits, and two digits of a year as RFC 9110 has them', () => {
    expect(at('Wed Nov 16 08:49:37 1994', 'Wed, 16 Nov 1994 08:49:30 GMT')).to.deep.equal({ retryAfter: 7000 });
    const year2094 = Date.UTC(2094, 10, 6, 8, 49, 30);
    expect(at('Saturday, 06-Nov-94 08:49:37 GMT', null, year2094)).to.deep.equal({ retryAfter: 7000 });
    expect(at('Sunday, 06-Nov-94 08:49:37 GMT', null, Date.UTC(2026, 0, 1))).to.deep.equal({});
  });

  it('takes a date by the clock of the server, which its Date header shows', () => {
    const aDayOff = now - 86_400_000;
    expect(at('Sun, 06 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 08:49:17 GMT', aDayOff)).to.deep.equal({
      retryAfter: 20_000,
    });
    expect(at('Sun, 06 Nov 1994 08:49:37 GMT', 'yesterday')).to.deep.equal({ retryAfter: 7000 });
  });

  it('asks for no longer wait than a timer can wait', () => {
    expect(at('99999999999999999999')).to.deep.equal({ retryAfter: 2 ** 31 - 1 });
    expect(at('Sun, 06 Nov 2094 08:49:37 GMT')).to.deep.equal({ retryAfter: 2 ** 31 - 1 });
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
    'soon',
    'Sun, 06 Nov 1994 08:49:30 GMT',
    'Sun, 06 Nov 1993 08:49:37 GMT',
    'Sun, 06 Foo 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37',
    '1994-11-06T08:49:37Z',
  ]) {
    it(`gives nothing for ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`, () => {
      expect(retryAfterHeader(value, null, () => now)).to.deep.equal({});
    });
  }
});
