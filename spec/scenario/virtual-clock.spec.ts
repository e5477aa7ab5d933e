import { expect } from 'chai';
import { take, timer } from 'rxjs';
import { createVirtualClock } from '../../lib/scenario/virtual-clock.js';

describe('createVirtualClock', () => {
  it('does one thing a step, in the order of their times, and of the same time in the order they were asked for', () => {
    const clock = createVirtualClock();
    const done: string[] = [];
    const later = (name: string, delay: number) =>
      clock.schedule(() => {
        done.push(`${name} at ${clock.now()}`);
      }, delay);
    later('c', 20);
    later('a', 10);
    later('b', 10);
    later('never', 15).unsubscribe();
    expect(clock.step()).to.equal(true);
    expect(done).to.deep.equal(['a at 10']);
    while (clock.step());
    expect(done).to.deep.equal(['a at 10', 'b at 10', 'c at 20']);
    expect(clock.now()).to.equal(20);
  });

  it('repeats what asks for it', () => {
    const clock = createVirtualClock();
    const times: number[] = [];
    timer(5, 10, clock)
      .pipe(take(3))
      .subscribe(() => times.push(clock.now()));
    while (clock.step());
    expect(times).to.deep.equal([5, 15, 25]);
  });
});
