import { expect } from 'chai';
import { timer, type SchedulerAction } from 'rxjs';
import { microtaskScheduler } from '../../lib/time/microtask-scheduler.js';

const nextTask = () => new Promise((resolve) => setImmediate(resolve));

describe('microtaskScheduler', () => {
  it('runs what has no delay after the turn, in order, and before whatever else the event loop has', async () => {
    const ran: string[] = [];
    setImmediate(() => ran.push('event loop'));
    for (const name of ['a', 'b']) microtaskScheduler.schedule((state) => ran.push(state), 0, name);
    ran.push('turn');
    await nextTask();
    expect(ran).to.deep.equal(['turn', 'a', 'b', 'event loop']);
  });

  it('does not run what was unsubscribed', async () => {
    const ran: number[] = [];
    microtaskScheduler.schedule(() => ran.push(0)).unsubscribe();
    microtaskScheduler.schedule(() => ran.push(1), 1).unsubscribe();
    const late = microtaskScheduler.schedule(() => ran.push(2), 10_000);
    await nextTask();
    late.unsubscribe();
    expect(ran).to.deep.equal([]);
  });

  it('runs again what schedules itself again', async () => {
    const ran: (number | undefined)[] = [];
    const work = function (this: SchedulerAction<number>, state = 0) {
      ran.push(state);
      if (state < 3) this.schedule(state + 1);
    };
    microtaskScheduler.schedule(work, 0, 0);
    await nextTask();
    expect(ran).to.deep.equal([0, 1, 2, 3]);
  });

  it('drives a timer of rxjs, with a delay too', async () => {
    const ran: string[] = [];
    timer(0, microtaskScheduler).subscribe({ next: () => ran.push('now'), error: ran.push });
    expect(ran).to.deep.equal([]);
    await nextTask();
    expect(ran).to.deep.equal(['now']);
    await new Promise<void>((resolve) => {
      timer(1, microtaskScheduler).subscribe({ next: () => ran.push('later'), error: ran.push, complete: resolve });
    });
    expect(ran).to.deep.equal(['now', 'later']);
  });
});
