import { Subject, type Observable } from 'rxjs';
import type { Received } from './cloud.js';

/** The frames of the unit on their way to a virtual cloud; they pile up while it does not read. */
export class Outgoing {
  readonly #received$ = new Subject<Received>();
  readonly #ping$ = new Subject<undefined>();
  readonly #drain$ = new Subject<undefined>();
  readonly #pongs: boolean;
  readonly #unread: string[] = [];
  #reads = true;

  constructor(pongs: boolean) {
    this.#pongs = pongs;
  }

  /** Emits the messages that the cloud reads. */
  get received$(): Observable<Received> {
    return this.#received$;
  }

  /** Emits when the cloud reads a ping that it answers. */
  get ping$(): Observable<undefined> {
    return this.#ping$;
  }

  /** Emits when everything that had piled up was read. */
  get drain$(): Observable<undefined> {
    return this.#drain$;
  }

  /** The number of characters that are not read yet. */
  get bufferedAmount(): number {
    return this.#unread.reduce((sum, { length }) => sum + length, 0);
  }

  readonly write = (frame: string): void => {
    if (!this.#reads) this.#unread.push(frame);
    else if (frame !== 'ping') this.#received$.next(JSON.parse(frame) as Received);
    else if (this.#pongs) this.#ping$.next(undefined);
  };

  /** The cloud reads from now on, or stops reading. */
  readonly read = (reads: boolean): void => {
    this.#reads = reads;
    if (!reads || this.#unread.length === 0) return;
    for (const frame of this.#unread.splice(0)) this.write(frame);
    this.#drain$.next(undefined);
  };
}
