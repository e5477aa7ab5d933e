import { ReplaySubject, Subject, type Observable } from 'rxjs';
import { Fifo } from '../../collections/fifo.js';
import { ConnectionClosedError, type UnitlinkError } from '../../errors.js';
import type { Socket } from '../../transport/types.js';
import { Pipe, type PipeClock } from './pipe.js';

/** A frame on its way to the unit: a ping, a pong, or bytes that the unit reads. */
export interface DownFrame {
  readonly signal: 'ping' | 'pong' | 'bytes';
  /** The bytes; `text` for a frame of text, which the protocol does not know. */
  readonly bytes?: Uint8Array | 'text';
}

/** An event of a virtual link, as far as the unit can notice it. */
export type VirtualLinkEvent<F extends DownFrame> =
  /** The unit gets its open socket, or its end; `noted` once the unit has done at once whatever it does. */
  | { readonly kind: 'opened' | 'noted' }
  | { readonly kind: 'ended'; readonly by: 'unit' | 'network'; readonly cause: string }
  /** The unit writes a text, `ping` or `pong`; `buffered` bytes wait already. */
  | { readonly kind: 'write'; readonly frame: string; readonly buffered: number }
  /** The other side has taken all that waited. */
  | { readonly kind: 'emptied' }
  /** A frame comes to the unit; `heard` once the unit has done at once whatever it does. */
  | { readonly kind: 'hears' | 'heard'; readonly frame: F }
  /** The unit stops reading, or reads again. */
  | { readonly kind: 'reading'; readonly reads: boolean };

/** Options of {@link VirtualLink}. */
export interface VirtualLinkOptions<F extends DownFrame> {
  readonly url: string;
  /** The clock at the side of the cloud. */
  readonly cloudClock: PipeClock;
  /** The clock at the side of the unit. */
  readonly unitClock: PipeClock;
  /** Returns the time that the next frame takes one way, in milliseconds. Default 0. */
  readonly latency?: () => number;
  /** Returns the size of a frame that the other side has not read, in bytes. Default: the length of the text. */
  readonly sizeOf?: (frame: string) => number;
  /** Called at the side of the cloud with each text, `ping` and `pong`. */
  readonly receive: (frame: string) => void;
  /** Called at the side of the cloud when the unit has closed the link. Default: nothing. */
  readonly closed?: () => void;
  /** True if a link that the unit abandons just ends, as one that the network has lost. Default: the cloud is informed. */
  readonly losesAbandoned?: boolean;
  /** Called with each event. Default: nothing. */
  readonly note?: (event: VirtualLinkEvent<F>) => void;
}

/** A link in memory: ordered in both directions, and each end has its own belief that it lives. */
export class VirtualLink<F extends DownFrame = DownFrame> {
  /** The direction to the cloud. */
  readonly up: Pipe;
  /** The direction to the unit. */
  readonly down: Pipe;
  readonly #options: Required<VirtualLinkOptions<F>>;
  readonly #socket$ = new ReplaySubject<Socket>(1);
  readonly #frame$ = new Subject<Uint8Array | 'text'>();
  readonly #activity$ = new Subject<DownFrame['signal']>();
  readonly #drain$ = new Subject<undefined>();
  readonly #unread: string[] = []; // by the cloud
  readonly #unheard = new Fifo<F>(); // by the unit
  #cloudReads = true;
  #unitReads = true;
  #isAbandoned = false;
  #phase: 'opening' | 'open' | 'over' = 'opening';

  constructor(options: VirtualLinkOptions<F>) {
    const ignore = () => undefined;
    const { latency = () => 0, sizeOf = ({ length }: string) => length } = options;
    this.#options = { losesAbandoned: false, closed: ignore, note: ignore, ...options, latency, sizeOf };
    this.up = new Pipe(options.cloudClock, latency);
    this.down = new Pipe(options.unitClock, latency);
  }

  get url(): string {
    return this.#options.url;
  }

  /** True while the unit holds it for open. */
  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  /** True once it is over for the unit. */
  get isOver(): boolean {
    return this.#phase === 'over';
  }

  /** True while the cloud reads what the unit sends. */
  get isRead(): boolean {
    return this.#cloudReads;
  }

  /** Emits the socket of the unit, then how it ends. */
  get socket$(): Observable<Socket> {
    return this.#socket$.asObservable();
  }

  /** Opens it for the unit, now. */
  open(): void {
    if (this.#phase !== 'opening') return;
    this.#phase = 'open';
    this.#options.note({ kind: 'opened' });
    this.#socket$.next(this.#socket());
    this.#options.note({ kind: 'noted' });
  }

  /** Sends a frame to the unit. */
  send(frame: F): void {
    this.down.carry(() => {
      if (this.isOver) return;
      if (this.#unitReads && this.#unheard.length === 0) this.#hear(frame);
      else this.#unheard.push(frame);
    });
  }

  /** Ends it for the unit, in order with what was sent before. */
  close(code: number, reason = ''): void {
    this.down.carry(() => {
      this.fail(new ConnectionClosedError(this.url, code, reason));
    });
  }

  /** Ends it for the unit, now. */
  fail(error: UnitlinkError): void {
    if (this.isOver) return;
    this.#phase = 'over';
    this.#options.note({ kind: 'ended', by: 'network', cause: error.name });
    this.#socket$.error(error);
    this.#options.note({ kind: 'noted' });
  }

  /** The unit has done with it. */
  leave(): void {
    const cause = this.#isAbandoned ? 'abandoned' : this.isOpen ? 'closed' : 'given up';
    this.end(cause, !(this.#isAbandoned && this.#options.losesAbandoned));
  }

  /** Ends it at the side of the unit; the cloud is informed of it, or not. */
  end(cause: string, isToldToCloud: boolean): void {
    if (this.isOver) return;
    this.#phase = 'over';
    this.#options.note({ kind: 'ended', by: 'unit', cause });
    if (isToldToCloud) this.up.carry(this.#options.closed);
    else this.cut();
  }

  /** Loses all that is under way, and all that follows. */
  cut(): void {
    this.up.isDead = true;
    this.down.isDead = true;
  }

  /** Makes the cloud read what the unit sends, or stop reading. */
  cloudReads(reads: boolean): void {
    this.#cloudReads = reads;
    if (!reads || this.#unread.length === 0) return;
    for (const frame of this.#unread.splice(0)) this.#carryUp(frame);
    this.#soon(() => {
      if (this.isOver) return;
      this.#options.note({ kind: 'emptied' });
      this.#drain$.next(undefined);
    });
  }

  #soon(work: () => void): void {
    const { unitClock } = this.#options;
    unitClock.at(unitClock.now(), work);
  }

  #carryUp(frame: string): void {
    this.up.carry(() => {
      this.#options.receive(frame);
    });
  }

  #write(frame: string): void {
    if (this.isOver || (this.#isAbandoned && this.#options.losesAbandoned)) return; // like one that the network loses
    this.#options.note({ kind: 'write', frame, buffered: this.#buffered });
    if (this.#cloudReads) this.#carryUp(frame);
    else this.#unread.push(frame);
  }

  get #buffered(): number {
    return this.#unread.reduce((sum, frame) => sum + this.#options.sizeOf(frame), 0);
  }

  #hear(frame: F): void {
    const { signal, bytes } = frame;
    this.#options.note({ kind: 'hears', frame });
    if (signal === 'ping') this.#write('pong');
    this.#activity$.next(signal);
    if (bytes !== undefined) this.#frame$.next(bytes);
    this.#options.note({ kind: 'heard', frame });
  }

  #catchUp(): void {
    while (this.#unitReads && !this.isOver) {
      const frame = this.#unheard.peek();
      if (frame === undefined) return;
      this.#hear(frame);
      this.#unheard.shift();
    }
  }

  #read(reads: boolean): void {
    this.#unitReads = reads;
    this.#options.note({ kind: 'reading', reads });
  }

  #socket(): Socket {
    const bufferedAmount = () => this.#buffered;
    return {
      url: this.url,
      frame$: this.#frame$,
      activity$: this.#activity$,
      drain$: this.#drain$,
      get bufferedAmount() {
        return bufferedAmount();
      },
      send: (text) => {
        this.#write(text);
      },
      ping: () => {
        this.#write('ping');
      },
      pause: () => {
        this.#read(false);
      },
      resume: () => {
        this.#read(true);
        this.#soon(() => {
          this.#catchUp();
        });
      },
      abandon: () => {
        this.#isAbandoned = true;
      },
    };
  }
}
