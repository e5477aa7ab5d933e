import { expect } from 'chai';
import { connectDashboard } from '../../lib/dashboard/connect-dashboard.js';
import { Random } from '../../bench/simulation/model/random.js';
import { VirtualClock } from '../../lib/testing/virtual/clock.js';
import type { WebSocketLike } from '../../lib/transport/web-socket.js';

const pages = 1000;

/** Many pages on one server, whose sockets lie in memory. */
class Herd {
  readonly clock: VirtualClock = new VirtualClock();
  readonly dials: number[] = [];
  readonly pings: number[] = [];
  readonly sockets = new Set<Socket>();
  isPaused = false;
  readonly #end: () => void;

  constructor() {
    const { clock } = this;
    const WebSocket = class extends Socket {
      constructor() {
        super();
        herd.dial(this);
      }
    };
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- what dials is made by somebody else
    const herd = this;
    const dashboards = Array.from({ length: pages }, (_, index) => {
      const random = Random.of(7, index);
      return connectDashboard({
        url: 'wss://server.example/live',
        WebSocket,
        random: () => random.next(),
        scheduler: clock.world,
        now: () => clock.now,
        autoStart: false,
      });
    });
    for (const [index, dashboard] of dashboards.entries())
      clock.at(index, () => {
        dashboard.start();
      });
    this.#end = () => {
      for (const dashboard of dashboards) dashboard.stop();
    };
  }

  dial(socket: Socket): void {
    const { clock, sockets } = this;
    this.dials.push(clock.now);
    const beat = () => {
      if (socket.readyState !== 1) return;
      if (!this.isPaused) socket.hear({ messageType: 'heartbeat', ts: clock.now });
      clock.at(clock.now + 1500, beat);
    };
    socket.send = (frame) => {
      const { data } = JSON.parse(frame) as { data: { messageType: string; t: number } };
      if (data.messageType === 'ping') this.pings.push(clock.now);
      if (data.messageType === 'ping' && !this.isPaused) socket.hear({ messageType: 'pong', t: data.t });
      if (data.messageType !== 'hello') return;
      socket.hear({ messageType: 'welcome', sessionId: 's', serverId: 'a', heartbeatMs: 1500 });
      clock.at(clock.now + 1500, beat);
    };
    socket.close = () => {
      socket.readyState = 3;
      sockets.delete(socket);
    };
    clock.at(clock.now + 5, () => {
      if (socket.readyState === 3) return;
      socket.readyState = 1;
      sockets.add(socket);
      socket.onopen?.({} as never);
    });
  }

  pass(duration: number): void {
    const { clock } = this;
    let isOver = false;
    clock.at(clock.now + duration, () => (isOver = true));
    clock.run(() => isOver);
  }

  /** How many dial in the worst 100 ms, and when they do. */
  after(fault: () => void, duration: number): { readonly worst: number; readonly times: readonly number[] } {
    this.dials.length = 0;
    const at = this.clock.now;
    fault();
    this.pass(duration);
    const times = this.dials.map((dial) => dial - at);
    return { worst: worstOf(times) / pages, times };
  }

  end(): void {
    this.#end();
  }
}

/** How many there are in the worst 100 ms. */
const worstOf = (times: readonly number[]): number => {
  let [first, worst] = [0, 0];
  for (const [last, time] of times.entries()) {
    while (time - (times[first] ?? time) >= 100) first++;
    worst = Math.max(worst, last - first + 1);
  }
  return worst;
};

class Socket implements WebSocketLike {
  readyState = 0;
  binaryType = '';
  onopen: WebSocketLike['onopen'] = null;
  onmessage: WebSocketLike['onmessage'] = null;
  onclose: WebSocketLike['onclose'] = null;
  onerror: WebSocketLike['onerror'] = null;
  send: (frame: string) => void = () => undefined;
  close: () => void = () => undefined;

  hear(data: object): void {
    const header = { version: 7, clientId: 'c', createdAt: new Date(0).toISOString(), txn: 'x' };
    this.onmessage?.({ data: JSON.stringify({ header, data }) } as never);
  }

  end(code: number): void {
    this.close();
    this.onclose?.({ code, reason: '' } as never);
  }
}

describe(`${pages} dashboards that lose one server together`, () => {
  let herd: Herd;

  before(() => {
    herd = new Herd();
  });

  beforeEach(() => {
    herd.pass(30_000);
  });

  after(() => {
    herd.end();
  });

  const goaway = (drainMs: number) => () => {
    for (const socket of [...herd.sockets])
      socket.hear({ messageType: 'goaway', reason: 'drain', drainMs, avoid: 'a' });
  };

  for (const drainMs of [60_000, 5000])
    it(`leave a server that drains for ${drainMs} ms one after the other, and in time`, () => {
      const { worst, times } = herd.after(goaway(drainMs), drainMs);
      expect(times).to.have.length(pages);
      expect(worst).to.be.below(drainMs === 5000 ? 0.05 : 0.015);
      expect(times.at(-1)).to.be.within(0.7 * drainMs, 0.8 * drainMs + 1);
    });

  it('leave at once where the server that drains ends their links before they have left', () => {
    const { times } = herd.after(() => {
      goaway(60_000)();
      for (const socket of [...herd.sockets]) socket.end(1001);
    }, 3000);
    expect(times).to.have.length(pages);
    expect(times.at(-1)).to.be.at.most(1001);
  });

  it('dial another within a second after a crash, no more than an eighth of them in 100 ms', () => {
    const { worst, times } = herd.after(() => {
      for (const socket of [...herd.sockets]) socket.end(1006);
    }, 10_000);
    expect(times).to.have.length(pages);
    expect(worst).to.be.below(0.125);
    expect(times.at(-1)).to.be.at.most(1001);
  });

  it('… nor where their links had just been opened', () => {
    for (const socket of [...herd.sockets]) socket.end(1006);
    herd.pass(1100);
    const { worst } = herd.after(() => {
      for (const socket of [...herd.sockets]) socket.end(1006);
    }, 10_000);
    expect(worst).to.be.below(0.15);
  });

  it('open another link beside one that is silent, no more than an eighth of them in 100 ms', () => {
    const { worst } = herd.after(() => {
      herd.isPaused = true;
      herd.clock.at(herd.clock.now + 3000, () => (herd.isPaused = false));
    }, 4500);
    expect(worst).to.be.below(0.125);
  });

  it('come back one after the other where it refuses all of their tokens', () => {
    const { worst, times } = herd.after(() => {
      for (const socket of [...herd.sockets]) socket.end(4401);
    }, 2500);
    expect(times).to.have.length(pages);
    expect(worst).to.be.below(0.125);
  });

  it('send their pings at moments of their own', () => {
    herd.pings.length = 0;
    herd.pass(15_000);
    expect(worstOf(herd.pings) / pages).to.be.below(0.03);
  });
});
