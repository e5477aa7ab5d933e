import { expect } from 'chai';
import { fake, useFakeTimers, type SinonFakeTimers } from 'sinon';
import { watchWrites } from '../../lib/transport/watch-writes.js';

describe('watchWrites', () => {
  let clock: SinonFakeTimers;

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });

  afterEach(() => {
    clock.restore();
  });

  it('calls once when a write is not taken in time', () => {
    const onStall = fake();
    watchWrites(1000, onStall).began();
    clock.tick(999);
    expect(onStall.callCount).to.equal(0);
    clock.tick(1);
    expect(onStall.callCount).to.equal(1);
    clock.tick(10_000);
    expect(onStall.callCount).to.equal(1);
  });

  it('is content with writes that are taken in time', () => {
    const onStall = fake();
    const { began } = watchWrites(1000, onStall);
    for (let n = 0; n < 20; n++) {
      const taken = began();
      clock.tick(900);
      taken();
    }
    clock.tick(10_000);
    expect(onStall.callCount).to.equal(0);
  });

  it('counts from the last write that was taken, however many are outstanding', () => {
    const onStall = fake();
    const { began } = watchWrites(1000, onStall);
    const taken = Array.from({ length: 5 }, began);
    for (const take of taken.slice(1)) {
      clock.tick(900);
      take();
    }
    clock.tick(999);
    expect(onStall.callCount).to.equal(0);
    clock.tick(1);
    expect(onStall.callCount).to.equal(1);
  });

  it('counts anew after a time without writes', () => {
    const onStall = fake();
    const { began } = watchWrites(1000, onStall);
    began()();
    clock.tick(950);
    began();
    clock.tick(999);
    expect(onStall.callCount).to.equal(0);
    clock.tick(1);
    expect(onStall.callCount).to.equal(1);
  });

  it('runs one timer for all writes, and none without writes or after stop', () => {
    const onStall = fake();
    const { began, stop } = watchWrites(1000, onStall);
    expect(clock.countTimers()).to.equal(0);
    began();
    began();
    expect(clock.countTimers()).to.equal(1);
    stop();
    expect(clock.countTimers()).to.equal(0);
    clock.tick(10_000);
    expect(onStall.callCount).to.equal(0);
  });
});
