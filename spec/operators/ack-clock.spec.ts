import { expect } from 'chai';
import { VirtualTimeScheduler } from 'rxjs';
import type { Flight } from '../../lib/collections/in-flight.js';
import { AckClock } from '../../lib/operators/ack-clock.js';
import { Uplink } from '../../lib/operators/uplink.js';

describe('AckClock', () => {
  const begin = (needsProof = false, uplink?: Uplink) => {
    const scheduler = new VirtualTimeScheduler();
    const clock = new AckClock({ timeout: 10_000, scheduler, uplink, needsProof });
    const at = (time: number) => {
      scheduler.frame = time;
      return clock;
    };
    return { clock, at };
  };
  const flight = (sentAt: number, parts: Partial<Flight<string>> = {}): Flight<string> => ({
    message: 'm',
    sentAt,
    underWay: 0,
    end: 0,
    ...parts,
  });
  const withUplink = (written: number) => {
    const uplink = new Uplink();
    uplink.open({ bufferedAmount: 0 });
    uplink.write(written);
    return uplink;
  };

  it('lets a timeout run from the write on, and from the last restart', () => {
    const { clock, at } = begin();
    expect(clock.dueAt(flight(3000))).to.equal(13_000);
    at(5000).restart();
    expect([clock.dueAt(flight(3000)), clock.dueAt(flight(6000))]).to.deep.equal([15_000, 16_000]);
    expect([at(14_999).isExpired(flight(3000)), at(15_000).isExpired(flight(3000))]).to.deep.equal([false, true]);
  });

  it('begins all timeouts again once this side reads on', () => {
    const { clock, at } = begin();
    at(1000).pause(true);
    expect([clock.isPaused, clock.dueAt(flight(0))]).to.deep.equal([true, 10_000]);
    at(4000).pause(false);
    expect([clock.isPaused, clock.dueAt(flight(0))]).to.deep.equal([false, 14_000]);
    at(5000).pause(false);
    expect(clock.dueAt(flight(0))).to.equal(14_000);
  });

  it('gives a message the time that its bytes may take, from the last reply on', () => {
    const { clock, at } = begin(false, withUplink(16 * 1024 + 16_000));
    const large = flight(0, { underWay: 1, end: 16 * 1024 + 16_000 });
    expect(clock.overdueAt(large)).to.equal(12_000);
    expect(clock.overdueAt(flight(0))).to.equal(10_000);
    at(3000).reply(flight(0, { end: 8000 }));
    expect(clock.overdueAt(large)).to.equal(14_000);
    at(4000).reply(undefined);
    expect(clock.overdueAt(large)).to.equal(15_000);
  });

  it('takes what was written before a question for read once it is answered', () => {
    const { clock, at } = begin(true, withUplink(100_000));
    const [before, later] = [flight(1000), flight(2500, { underWay: 1, end: 100_000 })];
    expect(clock.isRead(before)).to.equal(false);
    at(2000).ask();
    expect(clock.isRead(before)).to.equal(false);
    at(3000).answer();
    expect([clock.isRead(before), clock.isRead(later)]).to.deep.equal([true, false]);
    expect(clock.overdueAt(later)).to.equal(12_500); // all bytes were read as well
  });

  it('takes what was written before a message with a reply for read', () => {
    const { clock } = begin(true);
    clock.reply(flight(2000));
    expect([clock.isRead(flight(1999)), clock.isRead(flight(2000))]).to.deep.equal([true, false]);
    clock.reply(flight(1000));
    expect(clock.isRead(flight(1999))).to.equal(true);
    clock.assumeRead(5000);
    expect(clock.isRead(flight(2000))).to.equal(true);
  });

  it('lets no message expire that was not read', () => {
    const { clock, at } = begin(true);
    expect(at(60_000).isExpired(flight(0))).to.equal(false);
    clock.reply(flight(0));
    expect(clock.isExpired(flight(0))).to.equal(true);
  });
});
