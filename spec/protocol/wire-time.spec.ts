import { expect } from 'chai';
import { fromWireTime, isUsualTime, isWireTime, toWireTime } from '../../lib/protocol/wire-time.js';

describe('isWireTime', () => {
  it('takes ISO 8601 with any fraction and offset', () => {
    const times = ['2026-03-02T08:15:30', '2026-03-02T08:15:30Z', '2026-12-31T23:59:59.1234567+02:00'];
    expect(times.map(isWireTime)).to.deep.equal([true, true, true]);
  });

  it('takes nothing else', () => {
    const others = ['', 'now', '2026-03-02', '2026-03-02 08:15:30Z', '2026-13-02T08:15:30Z', '2026-03-32T08:15:30Z'];
    const more = ['2026-03-02T24:15:30Z', '2026-03-02T08:60:30Z', '2026-03-02T08:15:30.Z', '2026-03-02T08:15:30ZZ'];
    expect([...others, ...more].filter(isWireTime)).to.deep.equal([]);
  });
});

describe('toWireTime', () => {
  it('gives UTC with six fraction digits', () => {
    expect(toWireTime('2026-03-02T08:15:30')).to.equal('2026-03-02T08:15:30.000000Z');
    expect(toWireTime('2026-03-02T08:15:30.1234567Z')).to.equal('2026-03-02T08:15:30.123456Z');
    expect(toWireTime('2026-03-02T00:15:30.000001+02:00')).to.equal('2026-03-01T22:15:30.000001Z');
  });

  it('leaves alone what isUsualTime knows, and no other time', () => {
    const times = ['2026-03-02T08:15:30.000000Z', '2026-03-02T08:15:30.00000Z', '2026-03-02T08:15:30.0+01:00'];
    expect(times.map(isUsualTime)).to.deep.equal([true, false, false]);
    expect(times.map((time) => toWireTime(time) === time)).to.deep.equal([true, false, false]);
  });
});

describe('fromWireTime', () => {
  it('gives a time with its offset, Z where there is none, and without what follows', () => {
    expect(fromWireTime('2026-03-02T08:15:30')).to.equal('2026-03-02T08:15:30Z');
    expect(fromWireTime('2026-03-02T08:15:30.5-03:30')).to.equal('2026-03-02T08:15:30.5-03:30');
    expect(fromWireTime('2026-03-02T08:15:30.25 CET')).to.equal('2026-03-02T08:15:30.25Z');
  });

  it('gives nothing for what is no time', () => {
    for (const text of ['', '2026', '2026-03-02', '2026-13-02T08:15:30', 'x'.repeat(19), '2026-03-02 08:15:30'])
      expect(fromWireTime(text)).to.equal(undefined);
  });
});
