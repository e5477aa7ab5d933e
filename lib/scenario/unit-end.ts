import { defer, EMPTY, finalize, merge, of, Subject, type Observable } from 'rxjs';
import type { Socket } from '../transport/types.js';

/** A sign of life that arrives at the unit. */
export type Signal = 'ping' | 'pong' | 'bytes';

/** The callbacks of a {@link UnitEnd}. */
export interface UnitEndListeners {
  readonly onFrame: (frame: string) => void;
  readonly onPing: () => void;
  /** Called when the unit closes the link. */
  readonly onClose: () => void;
}

/** The end of a virtual link at the unit. */
export class UnitEnd {
  /** Emits the socket, then how it ends. Unsubscribing closes it. */
  readonly socket$: Observable<Socket>;
  readonly #frame$ = new Subject<Uint8Array | 'text'>();
  readonly #activity$ = new Subject<Signal>();
  readonly #end$ = new Subject<never>();
  #isOpen = true;

  constructor(url: string, { onFrame, onPing, onClose }: UnitEndListeners) {
    const socket: Socket = {
      url,
      frame$: this.#frame$,
      activity$: this.#activity$,
      drain$: EMPTY,
      bufferedAmount: 0,
      send: onFrame,
      ping: onPing,
      abandon: () => undefined,
    };
    const close = () => {
      if (!this.#isOpen) return;
      this.#isOpen = false;
      onClose();
    };
    this.socket$ = defer(() => merge(of(socket), this.#end$)).pipe(finalize(close));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A ping, a pong, or a frame arrives. */
  hear(signal: Signal, frame?: Uint8Array | 'text'): void {
    this.#activity$.next(signal);
    if (frame !== undefined) this.#frame$.next(frame);
  }

  /** The link ends with this error. */
  end(error: unknown): void {
    this.#isOpen = false;
    this.#end$.error(error);
  }
}
