import { Subject, type Observable } from 'rxjs';
import { ConnectionClosedError, ConnectionLostError, type UnitlinkError } from '../../../lib/errors.js';
import { Fifo } from '../../../lib/collections/fifo.js';
import type { Socket } from '../../../lib/transport/types.js';
import type { FrameKind } from './events.js';
import { Pipe } from './pipe.js';
import type { TimeLine } from '../../../lib/testing/virtual/clock.js';
import type { World } from './world.js';

/** A frame on its way to the unit. */
export interface DownFrame {
  readonly frame: FrameKind;
  readonly txn: string;
  /** The bytes that the unit reads; none for pings and pongs. */
  readonly bytes?: Uint8Array | 'text';
  readonly retryAfter?: number;
}

/** The other end of a link. */
export interface FarEnd {
  readonly receive: (link: Link, text: string) => void;
  readonly closed: (link: Link) => void;
}

/** One connection through the model of a network: ordered both ways, each end with its own belief that it lives. */
export class Link {
  readonly number: number;
  readonly url: string;
  readonly up: Pipe;
  readonly down: Pipe;
  readonly #world: World;
  readonly #line: TimeLine;
  readonly #far: FarEnd;
  readonly #socket$ = new Subject<Socket>();
  readonly #frame$ = new Subject<Uint8Array | 'text'>();
  readonly #activity$ = new Subject<'ping' | 'pong' | 'bytes'>();
  readonly #drain$ = new Subject<undefined>();
  readonly #unread: string[] = []; // by the cloud, which has stopped to read
  readonly #unheard = new Fifo<DownFrame>(); // by the unit, which has
  #cloudReads = true;
  #isPaused = false;
  #isAbandoned = false;
  /** The time at which the cloud last received something over it. */
  heardAt = 0;
  /** For the unit. */
  isOpen = false;
  /** For the unit. */
  isOver = false;

  constructor(world: World, line: TimeLine, number: number, url: string, far: FarEnd) {
    const latency = () => world.random.whole(...world.plan.latency);
    this.number = number;
    this.url = url;
    this.up = new Pipe(world.clock.world, latency);
    this.down = new Pipe(line, latency);
    this.#world = world;
    this.#line = line;
    this.#far = far;
  }

  /** The socket of the unit, and its end. */
  get socket$(): Observable<Socket> {
    return this.#socket$.asObservable();
  }

  /** The cloud accepts the upgrade. */
  accept(): void {
    this.down.carry(() => {
      if (this.isOver) return;
      this.isOpen = true;
      this.#world.note({ kind: 'opened', link: this.number });
      this.#socket$.next(this.#socket());
      this.#world.note({ kind: 'noted', link: this.number });
    });
  }

  /** Sends a frame to the unit. */
  send(frame: DownFrame): void {
    this.down.carry(() => {
      this.#arrive(frame);
    });
  }

  /** Ends it for the unit, in order with what was sent before. */
  close(code: number): void {
    this.down.carry(() => {
      this.fail(new ConnectionClosedError(this.url, code, ''));
    });
  }

  /** Ends it for the unit as soon as a packet can get there, whatever is under way. */
  reset(): void {
    const { clock, random, plan } = this.#world;
    this.#kill();
    clock.push(clock.now + random.whole(...plan.latency), this.#line, () => {
      this.fail(new ConnectionLostError(this.url, 1006));
    });
  }

  /** Ends it for the unit, now. */
  fail(error: UnitlinkError): void {
    if (this.isOver) return;
    const { note } = this.#world;
    this.#end();
    note({ kind: 'ended', link: this.number, by: 'network', cause: error.name });
    this.#socket$.error(error);
    note({ kind: 'noted', link: this.number });
  }

  /** The unit has done with it. */
  leave(): void {
    if (this.isOver) return;
    const wasOpen = this.isOpen;
    this.#end();
    this.#world.note({
      kind: 'ended',
      link: this.number,
      by: 'unit',
      cause: this.#isAbandoned ? 'abandoned' : wasOpen ? 'closed' : 'given up',
    });
    if (this.#isAbandoned) this.#kill();
    else
      this.up.carry(() => {
        this.#far.closed(this);
      });
  }

  /** The process that had it is gone; the kernel tells the other side, if there still is one. */
  orphan(hasKernel: boolean): void {
    if (this.isOver) return;
    this.#end();
    this.#world.note({ kind: 'ended', link: this.number, by: 'unit', cause: 'the process is gone' });
    if (!hasKernel) this.#kill();
    else
      this.up.carry(() => {
        this.#far.closed(this);
      });
  }

  /** The last time at which the cloud could have received something over it. */
  get heardOrNotReadAt(): number {
    return this.#cloudReads ? this.heardAt : this.#world.clock.now;
  }

  /** Makes the cloud read what the unit sends, or stop reading. */
  cloudReads(reads: boolean): void {
    this.#cloudReads = reads;
    this.heardAt = this.#world.clock.now;
    if (!reads || this.#unread.length === 0) return;
    for (const text of this.#unread.splice(0)) this.#carryUp(text);
    this.#line.clock.push(this.#line.clock.now, this.#line, () => {
      if (this.isOver) return;
      this.#world.note({ kind: 'emptied', link: this.number });
      this.#drain$.next(undefined);
    });
  }

  #end(): void {
    this.isOver = true;
    this.isOpen = false;
  }

  #kill(): void {
    this.up.isDead = true;
    this.down.isDead = true;
  }

  #carryUp(text: string): void {
    this.up.carry(() => {
      this.#far.receive(this, text);
    });
  }

  #write(frame: FrameKind, text: string): void {
    if (this.isOver || this.#isAbandoned) return; // lost, like one that the network loses
    const txn = frame === 'ping' || frame === 'pong' ? '' : txnOf(text);
    this.#world.note({ kind: 'write', link: this.number, frame, txn, text, buffered: this.#buffered });
    if (this.#cloudReads) this.#carryUp(text);
    else this.#unread.push(text);
  }

  get #buffered(): number {
    return this.#unread.length * this.#world.plan.frameWeight;
  }

  #arrive(frame: DownFrame): void {
    if (this.isOver) return;
    if (this.#isPaused || this.#unheard.length > 0) this.#unheard.push(frame);
    else this.#hear(frame);
  }

  #hear({ frame, txn, bytes, retryAfter }: DownFrame): void {
    const { note } = this.#world;
    const event = { link: this.number, frame, txn, ...(retryAfter !== undefined && { retryAfter }) };
    note({ kind: 'hears', ...event });
    if (frame === 'ping') this.#write('pong', 'pong');
    this.#activity$.next(frame === 'ping' || frame === 'pong' ? frame : 'bytes');
    if (bytes !== undefined) this.#frame$.next(bytes);
    note({ kind: 'heard', ...event });
  }

  #catchUp(): void {
    while (!this.#isPaused && !this.isOver) {
      const frame = this.#unheard.peek();
      if (frame === undefined) return;
      this.#hear(frame);
      this.#unheard.shift();
    }
  }

  #socket(): Socket {
    const bufferedAmount = () => this.#buffered;
    const read = (reads: boolean) => {
      this.#isPaused = !reads;
      this.#world.note({ kind: 'reading', link: this.number, reads });
    };
    return {
      url: this.url,
      frame$: this.#frame$,
      activity$: this.#activity$,
      drain$: this.#drain$,
      get bufferedAmount() {
        return bufferedAmount();
      },
      send: (text) => {
        this.#write(text.includes('"messageType":"ack"') ? 'ack' : 'message', text);
      },
      ping: () => {
        this.#write('ping', 'ping');
      },
      pause: () => {
        read(false);
      },
      resume: () => {
        read(true);
        const { clock } = this.#line;
        clock.push(clock.now, this.#line, () => {
          this.#catchUp();
        });
      },
      abandon: () => {
        this.#isAbandoned = true;
      },
    };
  }
}

const txnOf = (text: string): string => {
  const begin = text.indexOf('"txn":"') + 7;
  return text.slice(begin, text.indexOf('"', begin));
};
