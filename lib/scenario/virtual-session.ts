import { finalize, interval, Subscription, type Observable } from 'rxjs';
import { ConnectionClosedError, ConnectionLostError, type UnitlinkError } from '../errors.js';
import { type Pause, Reading } from '../server/units/reading.js';
import { type Replies, replyToMessages } from '../server/units/replies.js';
import type { Session, SessionOptions } from '../server/units/session.js';
import { clockOf, type TimeLine } from '../testing/virtual/clock.js';
import { VirtualLink } from '../testing/virtual/link.js';
import type { Socket } from '../transport/types.js';

/** The time a frame travels, in milliseconds. */
export const latency = 1;

/** The common name of the only unit. */
const commonName = 'unit-1';

/** Options of {@link VirtualSession}. */
export interface VirtualSessionOptions extends SessionOptions {
  /** The session, counted from 1. */
  readonly session: number;
  readonly url: string;
  readonly clock: TimeLine;
  /** Called when the session has ended. */
  readonly onGone: (session: Session) => void;
}

/** A session of the cloud as on loopback, over a virtual link whose frames take their time by the clock. */
export class VirtualSession implements Session {
  readonly commonName: string = commonName;
  readonly closed: Promise<void>;
  readonly #options: VirtualSessionOptions;
  readonly #link: VirtualLink;
  readonly #reading = new Reading();
  readonly #replies: Replies;
  readonly #pings: Subscription;
  #phase: 'open' | 'closing' | 'dropped' | 'gone' = 'open';
  #settle: () => void = () => undefined;

  constructor(options: VirtualSessionOptions) {
    const { session, url, clock, record, pingInterval } = options;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#link = new VirtualLink({
      url,
      cloudClock: clockOf(clock),
      unitClock: clockOf(clock),
      latency: () => latency,
      receive: (frame) => {
        this.#arrive(() => {
          this.#receive(frame);
        });
      },
      closed: () => {
        this.#arrive(() => {
          this.#end(1000);
        });
      },
    });
    this.#replies = replyToMessages(session, commonName, (text) => this.#answer(text), options);
    this.#pings =
      pingInterval > 0
        ? interval(pingInterval, clock).subscribe({
            next: () => {
              this.ping(1);
            },
            error: () => undefined, // an interval has none
          })
        : Subscription.EMPTY;
    record.add({ kind: 'opened', session, commonName, serial: '' });
    this.#link.open();
  }

  /** Emits the socket of the unit, then how it ends. Unsubscribing closes it with 1000. */
  get socket$(): Observable<Socket> {
    return this.#link.socket$.pipe(
      finalize(() => {
        this.#link.leave();
      }),
    );
  }

  isOpen(): boolean {
    return this.#phase === 'open';
  }

  isAnswering(): boolean {
    return this.isOpen() && this.#reading.isAnswering;
  }

  systemId(): string {
    return this.#replies.systemId();
  }

  sendFrame(bytes: Uint8Array | string, binary: boolean): void {
    this.#link.send({ signal: 'bytes', bytes: binary ? Buffer.from(bytes) : 'text' });
  }

  sendBytes(): void {
    // There are no bytes under a virtual link.
  }

  ping(count: number): void {
    if (!this.isOpen() || !this.#reading.sendsPings) return;
    for (let n = 0; n < count; n++) this.#link.send({ signal: 'ping' });
  }

  close(code: number, reason: string): void {
    if (!this.isOpen()) return;
    const { url } = this.#options;
    this.#phase = 'closing';
    this.#endForUnit(new ConnectionClosedError(url, code, reason), () => {
      this.#later(() => {
        this.#end(code);
      });
    });
  }

  reset(): void {
    this.#breakOff('ECONNRESET');
  }

  drop(): void {
    this.#breakOff(1006);
  }

  silence(): void {
    this.#pause('silent');
  }

  stopReading(): void {
    this.#pause('deaf');
  }

  resume(): void {
    if (this.isOpen()) this.#reading.resume();
  }

  #pause(how: Pause): void {
    if (this.isOpen()) this.#reading.pause(how);
  }

  #answer(text: string): boolean {
    const sends = this.isAnswering();
    if (sends) this.sendFrame(text, true);
    return sends;
  }

  #breakOff(code: number | string): void {
    if (!this.isOpen()) return;
    this.#phase = 'dropped';
    this.#reading.end();
    this.#endForUnit(new ConnectionLostError(this.#options.url, code));
    this.#later(() => {
      this.#end(1006);
    });
  }

  #end(code: number): void {
    if (this.#phase === 'gone') return;
    const { session, record, onGone } = this.#options;
    this.#phase = 'gone';
    this.#reading.end();
    record.add({ kind: 'closed', session, code, reason: '' });
    onGone(this);
    this.#settle();
    this.#pings.unsubscribe();
  }

  #endForUnit(error: UnitlinkError, then: () => void = () => undefined): void {
    this.#link.down.carry(() => {
      if (!this.#link.isOpen) return;
      this.#link.fail(error);
      then();
    });
  }

  #later(act: () => void): void {
    this.#options.clock.schedule(act, latency);
  }

  #arrive(act: () => void): void {
    if (this.#phase === 'closing') act();
    else this.#reading.whenRead(act);
  }

  #receive(frame: string): void {
    const { session, record } = this.#options;
    if (frame === 'ping') {
      record.add({ kind: 'ping', session, payload: '' });
      this.#link.send({ signal: 'pong' });
    } else if (frame === 'pong') record.add({ kind: 'pong', session, payload: '' });
    else this.#replies.receive(Buffer.from(frame), true);
  }
}
