import { asapScheduler, Subject, type Observable } from 'rxjs';
import { formatTime } from '../../protocol/time.js';
import type { CloudFrame } from './cloud.js';

/** A frame that arrives at the unit. */
export type Arriving = CloudFrame | 'pong';

/** The frames of a virtual cloud on their way to the unit; they wait while it is paused. */
export class Incoming {
  readonly #frame$ = new Subject<Uint8Array>();
  readonly #activity$ = new Subject<'ping' | 'pong' | 'bytes'>();
  readonly #systemId: string;
  readonly #newTxn: () => string;
  readonly #unheard: Arriving[] = [];
  #isPaused = false;

  constructor(systemId: string, newTxn: () => string) {
    this.#systemId = systemId;
    this.#newTxn = newTxn;
  }

  get frame$(): Observable<Uint8Array> {
    return this.#frame$;
  }

  get activity$(): Observable<'ping' | 'pong' | 'bytes'> {
    return this.#activity$;
  }

  readonly arrive = (frame: Arriving): void => {
    if (this.#isPaused || this.#unheard.length > 0) this.#unheard.push(frame);
    else this.#hear(frame);
  };

  readonly pause = (): void => {
    this.#isPaused = true;
  };

  readonly resume = (): void => {
    this.#isPaused = false;
    asapScheduler.schedule(() => {
      this.#catchUp();
    });
  };

  #catchUp(): void {
    for (let frame = this.#unheard[0]; frame !== undefined && !this.#isPaused; frame = this.#unheard[0]) {
      this.#hear(frame);
      this.#unheard.shift();
    }
  }

  #hear(frame: Arriving): void {
    this.#activity$.next(typeof frame === 'string' ? frame : 'bytes');
    if (typeof frame === 'object') this.#frame$.next(this.#bytesOf(frame));
  }

  #bytesOf(frame: Exclude<CloudFrame, 'ping'>): Uint8Array {
    if (frame instanceof Uint8Array) return frame;
    const { txn = this.#newTxn(), data } = frame;
    const header = { version: 7, systemId: this.#systemId, createdAt: formatTime(0), txn };
    return new TextEncoder().encode(JSON.stringify({ header, data }));
  }
}
