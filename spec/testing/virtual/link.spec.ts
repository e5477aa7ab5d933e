import { expect } from 'chai';
import { map, merge, switchMap, tap } from 'rxjs';
import { ConnectionLostError } from '../../../lib/errors.js';
import { clockOf, VirtualClock } from '../../../lib/testing/virtual/clock.js';
import { VirtualLink, type VirtualLinkOptions } from '../../../lib/testing/virtual/link.js';
import type { Socket } from '../../../lib/transport/types.js';

describe('a virtual link', () => {
  const bytes = new Uint8Array([1]);
  /** A link that takes 5 ms one way, with what happens on it at both ends: `7 cloud a`. */
  const openLink = (options: Partial<VirtualLinkOptions<never>> = {}) => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const see = (what: string): void => void seen.push(`${clock.now} ${what}`);
    const link = new VirtualLink({
      url: 'wss://cloud.example/',
      cloudClock: clockOf(clock.world),
      unitClock: clockOf(clock.world),
      latency: () => 5,
      receive: (frame) => {
        see(`cloud ${frame}`);
      },
      closed: () => {
        see('closed');
      },
      ...(options as object),
    });
    let socket: Socket | undefined;
    const signal$ = link.socket$.pipe(
      tap((opened) => (socket = opened)),
      switchMap(({ activity$, drain$ }) =>
        merge(activity$.pipe(map((signal) => `unit ${signal}`)), drain$.pipe(map(() => 'drained'))),
      ),
    );
    signal$.subscribe({
      next: see,
      error: (error: unknown) => {
        see(error instanceof Error ? error.name : 'failed');
      },
    });
    link.open();
    const run = () => {
      clock.run(() => false);
      return seen;
    };
    if (socket === undefined) throw new Error('the link gave no socket');
    return { clock, link, socket, run };
  };

  it('carries frames both ways in order, each after its latency', () => {
    const { clock, link, socket, run } = openLink();
    socket.send('a');
    clock.at(1, () => {
      socket.send('b');
      link.send({ signal: 'bytes', bytes });
      link.close(1000);
    });
    expect(run()).to.deep.equal(['5 cloud a', '6 cloud b', '6 unit bytes', '6 ConnectionClosedError']);
  });

  it('answers a ping of the cloud by itself', () => {
    const { link, run } = openLink();
    link.send({ signal: 'ping' });
    expect(run()).to.deep.equal(['5 unit ping', '10 cloud pong']);
  });

  it('carries all at once after a stall, and nothing once it is cut', () => {
    const { clock, link, socket, run } = openLink();
    link.up.stalledUntil = 100;
    socket.send('a');
    socket.send('b');
    clock.at(200, () => {
      socket.send('c');
      link.cut();
      link.send({ signal: 'pong' });
    });
    expect(run()).to.deep.equal(['100 cloud a', '100 cloud b']);
  });

  it('holds what the cloud does not read, and says when all of it was taken', () => {
    const { clock, link, socket, run } = openLink();
    link.cloudReads(false);
    socket.send('abc');
    socket.ping();
    expect(socket.bufferedAmount).to.equal(7);
    clock.at(50, () => {
      link.cloudReads(true);
    });
    expect(run()).to.deep.equal(['50 drained', '55 cloud abc', '55 cloud ping']);
    expect(socket.bufferedAmount).to.equal(0);
  });

  it('holds what the unit does not read', () => {
    const { clock, link, socket, run } = openLink();
    socket.pause?.();
    link.send({ signal: 'bytes', bytes });
    link.send({ signal: 'pong' });
    clock.at(50, () => {
      socket.resume?.();
    });
    expect(run()).to.deep.equal(['50 unit bytes', '50 unit pong']);
  });

  it('ends once, and takes nothing more', () => {
    const { link, socket, run } = openLink();
    link.fail(new ConnectionLostError(link.url, 1006));
    link.close(1000);
    link.send({ signal: 'pong' });
    link.leave();
    socket.send('a');
    expect(link.isOver).to.equal(true);
    expect(run()).to.deep.equal(['0 ConnectionLostError']);
  });

  it('informs the cloud of a link that the unit leaves, also of an abandoned one unless the network has lost that', () => {
    for (const losesAbandoned of [false, true]) {
      const { link, socket, run } = openLink({ losesAbandoned });
      socket.abandon();
      link.leave();
      expect(run()).to.deep.equal(losesAbandoned ? [] : ['5 closed']);
    }
  });
});
