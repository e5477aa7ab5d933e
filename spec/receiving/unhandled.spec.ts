import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import { Unhandled } from '../../lib/receiving/unhandled.js';
import { marbles } from '../support/marbles.js';

describe('Unhandled', () => {
  const begin = (bounds: { readonly maxUnhandled?: number; readonly maxUnhandledBytes?: number } = {}) => {
    const room = new Unhandled({
      ...{ maxUnhandled: 1000, maxUnhandledBytes: 1e9, scheduler: asyncScheduler },
      ...bounds,
    });
    let isPaused: boolean | undefined;
    const changes: boolean[] = [];
    room.paused$.subscribe({ next: (paused) => changes.push((isPaused = paused)) });
    return { room, changes, isPaused: () => isPaused };
  };

  it('pauses with more messages than allowed, and goes on once half of them are handled', () => {
    const { room, isPaused, changes } = begin({ maxUnhandled: 4 });
    const seen = ['a', 'b', 'c', 'd', 'e'].map((type) => {
      room.add(type, 0);
      return isPaused();
    });
    expect(seen).to.deep.equal([false, false, false, false, true]);
    room.remove('a', 0);
    room.remove('b', 0);
    expect(isPaused()).to.equal(true);
    room.remove('c', 0);
    expect(isPaused()).to.equal(false);
    expect(changes).to.deep.equal([false, true, false]);
  });

  it('pauses with more than a quarter of the bytes, 512 for each message included', () => {
    const { room, isPaused } = begin({ maxUnhandledBytes: 16_384 });
    room.add('a', 4096 - 512);
    expect(isPaused()).to.equal(false);
    room.add('b', 0);
    expect(isPaused()).to.equal(true);
    room.remove('b', 0);
    expect(isPaused()).to.equal(true);
    room.remove('a', 4096 - 512);
    expect(isPaused()).to.equal(false);
  });

  marbles('pauses for 250 ms at most, and once until half is handled', ({ expectObservable, flush }) => {
    const { room } = begin({ maxUnhandled: 2 });
    const fill = (...types: readonly string[]) => {
      for (const type of types) room.add(type, 0);
    };
    asyncScheduler.schedule(() => {
      fill('a', 'b', 'c');
    }, 10);
    asyncScheduler.schedule(() => {
      fill('d'); // still too many: the links of the unit need its acks
    }, 400);
    asyncScheduler.schedule(() => {
      for (const type of ['a', 'b', 'c', 'd']) room.remove(type, 0);
      fill('a', 'b', 'c');
    }, 500);
    expectObservable(room.paused$).toBe('f 9ms t 249ms f 239ms t 249ms f', { t: true, f: false });
    expectObservable(room.pauses$, '1s !').toBe('');
    flush();
  });

  it('has room for one message of a type whatever its size, and for more in what is free', () => {
    const { room } = begin({ maxUnhandledBytes: 10_000 });
    expect(room.fits('a', 1e9)).to.equal(true);
    room.add('a', 1488); // 2,000 with what a message takes
    expect([room.fits('a', 5488), room.fits('a', 5489), room.fits('b', 1e9)]).to.deep.equal([true, false, true]);
    room.add('b', 1488); // leaves 6,000, of which a type may have half
    expect([room.fits('a', 3488), room.fits('a', 3489)]).to.deep.equal([true, false]);
    room.remove('b', 1488);
    expect([room.fits('a', 5488), room.fits('b', 1e9)]).to.deep.equal([true, true]);
  });

  it('forgets all of them', () => {
    const { room, isPaused } = begin({ maxUnhandled: 1, maxUnhandledBytes: 10_000 });
    room.add('a', 1488);
    room.add('a', 1488);
    expect(isPaused()).to.equal(true);
    room.clear();
    expect([isPaused(), room.fits('a', 1e9)]).to.deep.equal([false, true]);
    room.add('a', 1488);
    expect([isPaused(), room.fits('a', 5488)]).to.deep.equal([false, true]);
    room.add('b', 0);
    expect(isPaused()).to.equal(true);
  });
});
