import { EMPTY, type Observable, Subject } from 'rxjs';
import type { Socket } from '../../transport/types.js';

/** Dependencies of {@link RemoteSocket}. */
export interface RemoteSocketOptions {
  readonly send: (frame: string) => void;
  readonly ping: () => void;
}

/** The session of a unit on another server, as the pipeline of delivery knows a socket. */
export class RemoteSocket implements Socket {
  readonly url: string = '';
  readonly frame$: Observable<never> = EMPTY;
  readonly bufferedAmount: number = 0;
  readonly send: (frame: string) => void;
  readonly ping: () => void;
  readonly #activity$ = new Subject<'pong' | 'bytes'>();

  constructor({ send, ping }: RemoteSocketOptions) {
    this.send = send;
    this.ping = ping;
  }

  get activity$(): Observable<'pong' | 'bytes'> {
    return this.#activity$;
  }

  get drain$(): Observable<unknown> {
    return this.#activity$;
  }

  /** The unit was heard of. */
  heard(activity: 'pong' | 'bytes'): void {
    this.#activity$.next(activity);
  }

  /** The server that has the session ends it by its own pings. */
  readonly abandon = (): void => undefined;
}
