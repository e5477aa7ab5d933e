import { expect } from 'chai';
import { asapScheduler, take, timer } from 'rxjs';
import { TimeLine, VirtualClock } from '../../../lib/testing/virtual/clock.js';

describe('a virtual clock', () => {
  it('does one thing a step, in the order of their times, and of the same time in the order they were asked for', () => {
    const clock = new VirtualClock();
    const done: string[] = [];
    const later = (name: string, delay: number) =>
      clock.world.schedule(() => {
        done.push(`${name} at ${clock.now}`);
      }, delay);
    later('c', 20);
    later('a', 10);
    later('b', 10);
    later('never', 5).unsubscribe();
    expect(clock.next).to.equal(10);
    expect(clock.step()).to.equal(true);
    expect(done).to.deep.equal(['a at 10']);
    while (clock.step());
    expect(done).to.deep.equal(['a at 10', 'b at 10', 'c at 20']);
    expect(clock.now).to.equal(20);
    expect(clock.next).to.equal(undefined);
  });

  it('repeats what asks for it', () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    timer(5, 10, clock.world)
      .pipe(take(3))
      .subscribe(() => times.push(clock.now));
    while (clock.step());
    expect(times).to.deep.equal([5, 15, 25]);
  });

  it('runs what is due in order, the end of a turn before what comes next', () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    const at = (time: number, what: string, then?: () => void) => {
      clock.at(time, () => {
        ran.push(`${clock.now} ${what}`);
        then?.();
      });
    };
    clock.lead(() => {
      at(20, 'c');
      at(10, 'a', () => {
        asapScheduler.schedule(() => ran.push('end of the turn'));
        at(0, 'never in the past');
      });
      at(10, 'b');
      clock.run(() => false);
    });
    expect(ran).to.deep.equal(['10 a', 'end of the turn', '10 b', '10 never in the past', '20 c']);
  });

  it('holds the timers of a line that stands still, and runs them in order afterwards', () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    for (const due of [7, 5, 30]) clock.world.schedule(() => ran.push(due, clock.now), due);
    clock.world.frozenUntil = 20;
    clock.run(() => false);
    expect(ran).to.deep.equal([5, 20, 7, 20, 30, 30]);
  });

  it('runs nothing of a line that has ended, and counts the timers of one that has not', () => {
    const clock = new VirtualClock();
    const line = new TimeLine(clock, 0);
    const ran: number[] = [];
    line.schedule(() => ran.push(clock.now), 5);
    clock.world.schedule(() => ran.push(clock.now), 10);
    expect(clock.pending(line)).to.equal(1);
    line.closed = true;
    clock.run(() => false);
    expect(ran).to.deep.equal([10]);
  });

  it('takes a delay that is too long for Node for none, as Node does', () => {
    const clock = new VirtualClock();
    let at = NaN;
    clock.world.schedule(() => (at = clock.now), 1e308);
    clock.run(() => false);
    expect(at).to.equal(1);
  });
});
