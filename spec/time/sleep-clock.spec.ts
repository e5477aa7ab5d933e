import { expect } from 'chai';
import { sleepClock } from '../../lib/time/sleep-clock.js';

describe('sleepClock', () => {
  const setUp = () => {
    const at = { timers: 1000, uptime: 500_000 };
    const read = sleepClock(
      () => at.timers,
      () => at.uptime,
    );
    const pass = (timers: number, uptime: number) => {
      at.timers += timers;
      at.uptime += uptime;
      return read();
    };
    return { pass };
  };

  it('is that of the timers while the machine is awake', () => {
    const { pass } = setUp();
    expect([pass(0, 0), pass(500, 500), pass(86_400_000, 86_400_000)]).to.deep.equal([1000, 1500, 86_401_500]);
  });

  it('goes on while the machine sleeps and the timers stand still, each time', () => {
    const { pass } = setUp();
    expect([pass(0, 0), pass(100, 28_800_100), pass(50, 50), pass(0, 5000)]).to.deep.equal([
      1000, 28_801_100, 28_801_150, 28_806_150,
    ]);
  });

  it('goes by the timers where an uptime is inexact, or was set back', () => {
    const { pass } = setUp();
    expect([pass(0, 0), pass(100, 1000), pass(100, 0), pass(100, -60_000), pass(100, 100)]).to.deep.equal([
      1000, 1100, 1200, 1300, 1400,
    ]);
  });

  it('counts no sleep before the first time that it is read', () => {
    const { pass } = setUp();
    expect(pass(10, 28_800_000)).to.equal(1010);
  });
});
