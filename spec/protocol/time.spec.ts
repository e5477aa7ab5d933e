import { expect } from 'chai';
import { formatTime } from '../../lib/protocol/time.js';

describe('formatTime', () => {
  const at = Date.UTC(2026, 2, 2, 8, 15, 30, 120);

  it('writes UTC with six fraction digits', () => {
    expect(formatTime(at)).to.equal('2026-03-02T08:15:30.120000Z');
    expect(formatTime(0)).to.equal('1970-01-01T00:00:00.000000Z');
  });

  it('writes the microseconds that the clock knows', () => {
    expect(formatTime(at + 0.45)).to.equal('2026-03-02T08:15:30.120450Z');
    expect(formatTime(at + 0.001)).to.equal('2026-03-02T08:15:30.120001Z');
    expect(formatTime(at + 0.999)).to.equal('2026-03-02T08:15:30.120999Z');
  });

  it('never goes back in time as the clock goes on', () => {
    const times = Array.from({ length: 4001 }, (_, index) => formatTime(at + index / 2000));
    expect(times).to.deep.equal([...times].sort());
  });
});
