import { expect } from 'chai';
import { VirtualTimeScheduler } from 'rxjs';
import { AttemptPace } from '../../lib/operators/attempt-pace.js';

describe('AttemptPace', () => {
  const begin = () => {
    const scheduler = new VirtualTimeScheduler();
    const pace = new AttemptPace({ stableAfter: 5000, spacing: 10_000, scheduler });
    const at = (time: number) => {
      scheduler.frame = time;
      return pace;
    };
    return { pace, at };
  };
  /** The times until the next attempt after attempts that are proven and end at these times. */
  const lefts = (pace: AttemptPace, times: readonly number[], at: (time: number) => AttemptPace): number[] =>
    times.map((time) => {
      at(time).prove();
      const left = pace.left();
      pace.end();
      return left;
    });

  it('lets an attempt last from the proof on, not from its begin', () => {
    const { pace, at } = begin();
    expect([at(8000).isProven(), pace.hasLasted(), pace.left()]).to.deep.equal([false, false, 0]);
    pace.prove();
    at(9000).prove(); // only the first one counts
    expect([pace.isProven(), pace.age(), at(12_999).hasLasted(), at(13_000).hasLasted()]).to.deep.equal([
      ...[true, 1000, false, true],
    ]);
  });

  it('takes a shorter time for enough where it is asked for, and no longer one', () => {
    const { pace, at } = begin();
    pace.prove();
    expect([at(499).hasLasted(500), at(500).hasLasted(500)]).to.deep.equal([false, true]);
    expect([at(4999).hasLasted(60_000), at(5000).hasLasted(60_000)]).to.deep.equal([false, true]);
  });

  it('lets six attempts that did not last follow each other, and each further one wait for its turn', () => {
    const { pace, at } = begin();
    const waits = lefts(pace, Array<number>(8).fill(0), at);
    expect(waits.map((wait) => Math.max(0, wait))).to.deep.equal([0, 0, 0, 0, 0, 10_000, 20_000, 30_000]);
  });

  it('gives turns back with time', () => {
    const { pace, at } = begin();
    const waits = lefts(pace, [...Array<number>(6).fill(0), 10_000, 30_000, 90_000], at);
    expect(waits.slice(5).map((wait) => Math.max(0, wait))).to.deep.equal([10_000, 10_000, 0, 0]);
  });

  it('counts an attempt once, however often it is asked', () => {
    const { pace, at } = begin();
    lefts(pace, Array<number>(5).fill(0), at);
    at(0).prove();
    expect([pace.left(), pace.left(), at(1000).left()]).to.deep.equal([10_000, 10_000, 9000]);
  });

  it('needs no wait after an attempt that has lasted, or is forgiven', () => {
    const { pace, at } = begin();
    lefts(pace, Array<number>(6).fill(0), at);
    at(0).prove();
    expect(at(5000).left()).to.equal(0);
    pace.end();
    at(6000).prove();
    pace.forgive();
    expect([pace.hasLasted(), pace.left()]).to.deep.equal([true, 0]);
    pace.end();
    expect(pace.hasLasted()).to.equal(false);
    expect(Math.max(0, ...lefts(pace, Array<number>(5).fill(6000), at))).to.equal(0);
  });
});
