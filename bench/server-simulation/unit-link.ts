import type { Duplex } from 'node:stream';
import type { SessionLink } from '../../lib/server/units/session.js';
import type { WebSocket } from '../../lib/server/web-socket.js';
import { PausableSocket } from '../pausable-socket.js';
import type { ServerName } from './plan.js';
import type { ServerWorld } from './world.js';

/** The head of a message, as far as the model looks at it. */
export interface Frame {
  readonly header: { readonly systemId: string; readonly txn: string };
  readonly data: { readonly messageType: string; readonly retryAfter?: number };
}

/** The unit at the near end of a link. */
export interface LinkUser {
  readonly systemId: string;
  readonly hear: (frame: Frame, link: UnitLink) => void;
  readonly ended: (link: UnitLink, code: number) => void;
}

/** A WebSocket between a unit and a process, with the side of the server as `ws` has it. */
export class UnitLink {
  readonly server: ServerName;
  readonly process: number;
  readonly socket: ServerUnitSocket;
  readonly world: ServerWorld;
  readonly user: LinkUser;
  /** The messages that the server has read and not answered, with the time. */
  readonly unanswered: Map<string, number>;
  /** True as long as the unit has it. */
  isOpen = true;
  heardAt: number = performance.now();

  constructor(world: ServerWorld, user: LinkUser, of: { readonly server: ServerName; readonly process: number }) {
    this.world = world;
    this.user = user;
    this.server = of.server;
    this.process = of.process;
    this.unanswered = new Map();
    this.socket = new ServerUnitSocket(this);
  }

  /** The link as the server gets it. */
  get link(): SessionLink {
    const stream = {
      write: () => {
        this.down(() => {
          this.#pong();
        });
      },
      end: () => undefined,
    };
    return {
      webSocket: this.socket,
      stream: stream as unknown as Duplex,
      peer: { commonName: this.user.systemId, serial: '01', resumed: false },
      reset: () => {
        this.socket.terminate();
      },
    };
  }

  /** Sends from the unit. */
  send(frame: Frame): void {
    const text = JSON.stringify(frame);
    this.up(() => {
      this.socket.hear('message', Buffer.from(text), true);
    });
  }

  /** Ends it at the unit; the server sees it after `unseen` milliseconds. */
  cut(unseen: number): void {
    this.isOpen = false;
    setTimeout(() => {
      this.socket.end(1006);
    }, unseen + this.world.plan.latency);
  }

  /** Ends it at the server; what is on its way to the unit comes before. */
  endUnit(code: number): void {
    this.down(() => {
      this.isOpen = false;
      this.user.ended(this, code);
      this.up(() => {
        this.socket.end(code);
      }, true);
    });
  }

  /** Lets something arrive at the unit, if the link is there then. */
  down(arrive: () => void): void {
    setTimeout(() => {
      if (!this.isOpen) return;
      this.heardAt = performance.now();
      arrive();
    }, this.world.plan.latency);
  }

  up(arrive: () => void, evenAfterEnd = false): void {
    setTimeout(() => {
      if (this.isOpen || evenAfterEnd) arrive();
    }, this.world.plan.latency);
  }

  #pong(): void {
    this.up(() => {
      this.socket.hear('pong', Buffer.alloc(0));
    });
  }
}

/** The side of the server. */
class ServerUnitSocket extends PausableSocket implements WebSocket {
  readonly protocol = '';
  /** True once its process has ended: it sends nothing more. */
  isDead = false;
  readonly #link: UnitLink;

  constructor(link: UnitLink) {
    super();
    this.#link = link;
  }

  send(bytes: Uint8Array | string): void {
    if (this.readyState !== 1 || this.isDead) return;
    const frame = JSON.parse(bytes.toString()) as Frame;
    const { world, user } = this.#link;
    world.monitors.serverSends(this.#link, frame);
    this.#link.down(() => {
      user.hear(frame, this.#link);
    });
  }

  pong(): void {
    // Units of this model send no pings.
  }

  close(code: number): void {
    if (this.readyState !== 1 || this.isDead) return;
    this.readyState = 2;
    this.#link.world.monitors.serverCloses(this.#link, code);
    this.#link.endUnit(code);
  }

  terminate(): void {
    if (this.readyState === 3) return;
    this.#link.down(() => {
      this.#link.isOpen = false;
      this.#link.user.ended(this.#link, 1006);
    });
    this.end(1006);
  }

  hear(event: 'message' | 'pong', bytes: Buffer, binary?: boolean): void {
    if (this.isDead) return;
    this.whenRead(() => {
      if (this.readyState === 3) return;
      if (event === 'message' && this.readyState === 1) this.#link.world.monitors.serverHears(this.#link, bytes);
      this.emit(event, bytes, binary);
    });
  }

  /** The link is over. */
  end(code: number): void {
    if (this.readyState === 3 || this.isDead) return;
    this.readyState = 3;
    this.#link.unanswered.clear();
    setTimeout(() => this.emit('close', code, Buffer.alloc(0)), 0);
  }
}
