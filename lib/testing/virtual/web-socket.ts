import {
  defer,
  delay,
  dematerialize,
  materialize,
  Subject,
  Subscription,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { ConnectionClosedError } from '../../errors.js';
import type { WebSocketClass, WebSocketLike } from '../../transport/web-socket.js';

/** A WebSocket that is being opened, as the server sees it. */
export interface VirtualDial {
  /** The URL that was dialled. */
  readonly url: string;
  /** The subprotocols that were requested. */
  readonly protocols: readonly string[];
  /** Emits the frames of the other side; completes when it closes. */
  readonly received$: Observable<string>;
}

/**
 * Answers a dial: the first value accepts the upgrade, whatever it is, and each further one is a frame. Completion is a
 * close frame with 1000, a ConnectionClosedError one with its code, any other error an end without one (1006). If it
 * never emits, the upgrade hangs. It is unsubscribed when the other side closes.
 */
export type VirtualAccept = (dial: VirtualDial) => Observable<string>;

/** Options of {@link virtualWebSocket}; times in milliseconds. */
export interface VirtualNetwork {
  /** The scheduler that moves the frames. */
  readonly scheduler: SchedulerLike;
  /**
   * The time a frame travels one way.
   *
   * @defaultValue 0
   */
  readonly latency?: number | undefined;
  /**
   * The time from `close()` to `onclose`; a browser whose network is gone takes 60,003.
   *
   * @defaultValue there and back
   */
  readonly closing?: number | undefined;
}

/**
 * Returns a WebSocket class that reaches nothing but `accept`. As in a browser, no event is dispatched before the caller
 * is done.
 *
 * @example
 * ```ts
 * const WebSocket = virtualWebSocket(() => concat(of('open', frame), NEVER), { scheduler, latency: 5 });
 * const dashboard = connectDashboard({ url: 'wss://server.example/live', WebSocket, scheduler });
 * ```
 * @param accept - Answers each dial
 * @param network - The scheduler and the times
 */
export const virtualWebSocket = (accept: VirtualAccept, network: VirtualNetwork): WebSocketClass =>
  class extends VirtualWebSocket {
    constructor(url: string, protocols: string[] = []) {
      super(accept, network, { url, protocols });
    }
  };

class VirtualWebSocket implements WebSocketLike {
  readyState = 0;
  binaryType = '';
  onopen: WebSocketLike['onopen'] = null;
  onmessage: WebSocketLike['onmessage'] = null;
  onclose: WebSocketLike['onclose'] = null;
  onerror: WebSocketLike['onerror'] = null;
  readonly #network: Required<VirtualNetwork>;
  readonly #received$ = new Subject<string>();
  readonly #life = new Subscription();

  constructor(accept: VirtualAccept, network: VirtualNetwork, dial: Omit<VirtualDial, 'received$'>) {
    const { scheduler, latency = 0, closing = 2 * latency } = network;
    this.#network = { scheduler, latency, closing };
    const served$ = defer(() => accept({ ...dial, received$: this.#received$.asObservable() })).pipe(
      materialize(),
      delay(latency, scheduler),
      dematerialize(),
    );
    const serve = () => {
      this.#life.add(this.#follow(served$));
    };
    this.#life.add(scheduler.schedule(serve, latency));
  }

  send(frame: string): void {
    const { scheduler, latency } = this.#network;
    if (this.readyState === 0) throw new Error('InvalidStateError: still in CONNECTING state');
    if (this.readyState !== 1) return;
    scheduler.schedule(() => {
      this.#received$.next(frame);
    }, latency);
  }

  close(code = 1005): void {
    if (this.readyState >= 2) return;
    const { scheduler, latency, closing } = this.#network;
    const wasOpen = this.readyState === 1;
    this.readyState = 2;
    scheduler.schedule(() => {
      this.#life.unsubscribe();
      this.#received$.complete();
    }, latency);
    scheduler.schedule(() => {
      this.#end(wasOpen ? code : 1006);
    }, closing);
  }

  #follow(served$: Observable<string>): Subscription {
    return served$.subscribe({
      next: (frame) => {
        this.#hear(frame);
      },
      error: (error: unknown) => {
        this.#end(error instanceof ConnectionClosedError ? error.code : 1006);
      },
      complete: () => {
        this.#end(1000);
      },
    });
  }

  #hear(data: string): void {
    if (this.readyState === 1) this.onmessage?.({ data } as never);
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.onopen?.({} as never);
  }

  #end(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#received$.complete();
    if (code === 1006) this.onerror?.({} as never);
    this.onclose?.({ code, reason: '', wasClean: code !== 1006 } as never);
  }
}
