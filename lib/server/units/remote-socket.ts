import { EMPTY, merge, type Observable, Subject } from 'rxjs';
import type { Socket } from '../../transport/types.js';

/** Dependencies of {@link RemoteSocket}. */
export interface RemoteSocketOptions {
  readonly send: (frame: string) => void;
  readonly ping: () => void;
  /** Returns the bytes that wait for the way to that server. */
  readonly waiting: () => number;
  /** Emits when few of them are left. */
  readonly drained$: Observable<unknown>;
}

/** The session of a unit on another server, as the pipeline of delivery knows a socket. */
export class RemoteSocket implements Socket {
  readonly url: string = '';
  readonly frame$: Observable<never> = EMPTY;
  readonly send: (frame: string) => void;
  readonly ping: () => void;
  readonly drain$: Observable<unknown>;
  readonly #waiting: () => number;
  readonly #activity$ = new Subject<'pong' | 'bytes'>();

  constructor({ send, ping, waiting, drained$ }: RemoteSocketOptions) {
    this.send = send;
    this.ping = ping;
    this.drain$ = merge(this.#activity$, drained$);
    this.#waiting = waiting;
  }

  get bufferedAmount(): number {
    return this.#waiting();
  }

  get activity$(): Observable<'pong' | 'bytes'> {
    return this.#activity$;
  }

  /** The unit was heard of. */
  heard(activity: 'pong' | 'bytes'): void {
    this.#activity$.next(activity);
  }

  /** The server that has the session ends it by its own pings. */
  readonly abandon = (): void => undefined;
}
