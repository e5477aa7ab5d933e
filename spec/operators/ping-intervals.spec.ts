import { expect } from 'chai';
import { PingIntervals } from '../../lib/operators/ping-intervals.js';

describe('PingIntervals', () => {
  /** The intervals that are measured of these signals; a number is the time of a ping. */
  const measured = (...signals: readonly (number | readonly ['paused' | 'resumed' | 'pong', number])[]): number[] => {
    const intervals: number[] = [];
    const pings = new PingIntervals(undefined, (interval) => intervals.push(interval));
    for (const signal of signals)
      if (typeof signal === 'number') pings.observe('ping', signal);
      else pings.observe(...signal);
    return intervals;
  };

  it('knows what an earlier link has shown, until it has measured', () => {
    const pings = new PingIntervals(7000, () => undefined);
    pings.observe('ping', 0);
    expect(pings.interval).to.equal(7000);
    pings.observe('ping', 2000);
    expect(pings.interval).to.equal(2000);
    expect(new PingIntervals(undefined, () => undefined).interval).to.equal(undefined);
  });

  it('is the median of the last three', () => {
    expect(measured(0, 2000, 5000, 6000, 10_000)).to.deep.equal([2000, 2000, 2000, 3000]);
    expect(measured(0, 3000, 6000, 7000, 8000, 9000)).to.deep.equal([3000, 3000, 3000, 1000, 1000]);
  });

  it('leaves out pings that a stall has bunched', () => {
    expect(measured(0, 249, 2000, 2001, 4000)).to.deep.equal([2000, 2000]);
    expect(measured(0, 250)).to.deep.equal([250]);
  });

  it('does not measure across a pause of reading, nor in it', () => {
    expect(measured(0, 1000, ['paused', 1500], 5000, 6000, ['resumed', 9000], 9500, 10_500)).to.deep.equal([
      1000, 1000,
    ]);
  });

  it('is measured of pings alone', () => {
    expect(measured(0, ['pong', 1000], 3000)).to.deep.equal([3000]);
  });
});
