import { interval, Subscription, type Observable, type SchedulerLike } from 'rxjs';
import { ConnectionClosedError, ConnectionLostError } from '../errors.js';
import { type Pause, Reading } from '../testing/cloud/reading.js';
import { type Replies, replyToMessages } from '../testing/cloud/replies.js';
import type { Session, SessionOptions } from '../testing/cloud/session.js';
import type { Socket } from '../transport/types.js';
import { UnitEnd } from './unit-end.js';

/** The time a frame travels, in milliseconds. */
export const latency = 1;

/** The common name of the only unit. */
const commonName = 'unit-1';

/** Options of {@link VirtualSession}. */
export interface VirtualSessionOptions extends SessionOptions {
  /** The session, counted from 1. */
  readonly session: number;
  readonly url: string;
  readonly clock: SchedulerLike;
  /** Called when the session has ended. */
  readonly onGone: (session: Session) => void;
}

/** A session of the cloud as on loopback, over a virtual link whose frames take their time by the clock. */
export class VirtualSession implements Session {
  readonly commonName: string = commonName;
  readonly closed: Promise<void>;
  readonly #options: VirtualSessionOptions;
  readonly #unit: UnitEnd;
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
    this.#unit = new UnitEnd(url, {
      onFrame: (frame) => {
        this.#toCloud(() => {
          this.#replies.receive(Buffer.from(frame), true);
        });
      },
      onPing: () => {
        this.#toCloud(() => {
          record.add({ kind: 'ping', session, payload: '' });
          this.#toUnit(() => {
            this.#unit.hear('pong');
          });
        });
      },
      onClose: () => {
        this.#toCloud(() => {
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
  }

  /** Emits the socket of the unit, then how it ends. Unsubscribing closes it with 1000. */
  get socket$(): Observable<Socket> {
    return this.#unit.socket$;
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
    this.#toUnit(() => {
      this.#unit.hear('bytes', binary ? Buffer.from(bytes) : 'text');
    });
  }

  sendBytes(): void {
    // There are no bytes under a virtual link.
  }

  ping(count: number): void {
    if (!this.isOpen() || !this.#reading.sendsPings) return;
    const { session, record } = this.#options;
    for (let n = 0; n < count; n++)
      this.#toUnit(() => {
        this.#unit.hear('ping');
        this.#toCloud(() => {
          record.add({ kind: 'pong', session, payload: '' });
        });
      });
  }

  close(code: number, reason: string): void {
    if (!this.isOpen()) return;
    const { url } = this.#options;
    this.#phase = 'closing';
    this.#toUnit(() => {
      this.#unit.end(new ConnectionClosedError(url, code, reason));
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
    this.#toUnit(() => {
      this.#unit.end(new ConnectionLostError(this.#options.url, code));
    });
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

  #later(act: () => void): void {
    this.#options.clock.schedule(act, latency);
  }

  #toCloud(act: () => void): void {
    this.#later(() => {
      if (this.#phase === 'closing') act();
      else this.#reading.whenRead(act);
    });
  }

  #toUnit(act: () => void): void {
    this.#later(() => {
      if (this.#unit.isOpen) act();
    });
  }
}
