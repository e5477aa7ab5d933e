import { ConnectionLostError } from '../../../lib/errors.js';
import { clockOf, type TimeLine } from '../../../lib/testing/virtual/clock.js';
import { VirtualLink, type DownFrame, type VirtualLinkEvent } from '../../../lib/testing/virtual/link.js';
import type { FrameKind, WorldEvent } from './events.js';
import type { SimulatedWorld } from './world.js';

/** A frame on its way to the unit, as the journal has it. */
export interface SimulatedFrame extends DownFrame {
  readonly frame: FrameKind;
  readonly txn: string;
  readonly retryAfter?: number;
}

/** The other end of a link. */
export interface FarEnd {
  readonly receive: (link: SimulatedLink, text: string) => void;
  readonly closed: (link: SimulatedLink) => void;
}

/** One connection through the model of a network, with the number that the journal knows it by. */
export class SimulatedLink extends VirtualLink<SimulatedFrame> {
  readonly number: number;
  readonly #world: SimulatedWorld;
  readonly #line: TimeLine;
  /** The time at which the cloud last received something over it. */
  heardAt = 0;

  constructor(world: SimulatedWorld, line: TimeLine, number: number, url: string, far: FarEnd) {
    super({
      url,
      cloudClock: clockOf(world.clock.world),
      unitClock: clockOf(line),
      latency: () => world.random.whole(...world.plan.latency),
      sizeOf: () => world.plan.frameWeight,
      losesAbandoned: true,
      receive: (text) => {
        far.receive(this, text);
      },
      closed: () => {
        far.closed(this);
      },
      note: (event) => {
        world.note(worldEvent(number, event));
      },
    });
    this.number = number;
    this.#world = world;
    this.#line = line;
  }

  /** The cloud accepts the upgrade. */
  accept(): void {
    this.down.carry(() => {
      this.open();
    });
  }

  /** Ends it for the unit as soon as a packet can get there, whatever is under way. */
  reset(): void {
    const { clock, random, plan } = this.#world;
    this.cut();
    clock.push(clock.now + random.whole(...plan.latency), this.#line, () => {
      this.fail(new ConnectionLostError(this.url, 1006));
    });
  }

  /** The process that had it is gone; the kernel informs the other side, if there still is one. */
  orphan(hasKernel: boolean): void {
    this.end('the process is gone', hasKernel);
  }

  /** The last time at which the cloud could have received something over it. */
  get heardOrNotReadAt(): number {
    return this.isRead ? this.heardAt : this.#world.clock.now;
  }

  override cloudReads(reads: boolean): void {
    this.heardAt = this.#world.clock.now;
    super.cloudReads(reads);
  }
}

const worldEvent = (link: number, event: VirtualLinkEvent<SimulatedFrame>): WorldEvent => {
  switch (event.kind) {
    case 'write': {
      const { frame: text, buffered } = event;
      if (text === 'ping' || text === 'pong') return { kind: 'write', link, frame: text, txn: '', text, buffered };
      const frame = text.includes('"messageType":"ack"') ? 'ack' : 'message';
      return { kind: 'write', link, frame, txn: txnOf(text), text, buffered };
    }
    case 'hears':
    case 'heard': {
      const { frame, txn, retryAfter } = event.frame;
      return { kind: event.kind, link, frame, txn, ...(retryAfter !== undefined && { retryAfter }) };
    }
    default:
      return { ...event, link };
  }
};

const txnOf = (text: string): string => {
  const begin = text.indexOf('"txn":"') + 7;
  return text.slice(begin, text.indexOf('"', begin));
};
