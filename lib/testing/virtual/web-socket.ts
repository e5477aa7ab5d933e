import { delay, dematerialize, materialize, Subject, Subscription, type Observable, type SchedulerLike } from 'rxjs';
import { ConnectionClosedError } from '../../errors.js';
import type { WebSocketClass, WebSocketLike } from '../../transport/web-socket.js';

/** A WebSocket that is being opened, as the server sees it. */
export interface VirtualDial {
  readonly url: string;
  readonly protocols: readonly string[];
  /** What the other side sends; completes when it closes. */
  readonly received$: Observable<string>;
}

/**
 * What becomes of a dial: the first value accepts the upgrade, whatever it is, and each further one is a frame. Its
 * completion is a close frame with 1000, a ConnectionClosedError one with its code, any other error an end without one
 * (1006). Where it never emits, the upgrade hangs. It is unsubscribed when the other side closes.
 */
export type VirtualAccept = (dial: VirtualDial) => Observable<string>;

/** How the frames of a {@link virtualWebSocket} travel; times in milliseconds. */
export interface VirtualNetwork {
  readonly scheduler: SchedulerLike;
  /** One way. Default 0. */
  readonly latency?: number | undefined;
  /** From `close()` to `onclose`. Default: there and back; a browser whose network is gone takes 60,003. */
  readonly closing?: number | undefined;
}

/** A WebSocket class that reaches nothing but `accept`. As in a browser, nothing is told before the caller is done. */
export const virtualWebSocket = (
  accept: VirtualAccept,
  { scheduler, latency = 0, closing = 2 * latency }: VirtualNetwork,
): WebSocketClass =>
  class implements WebSocketLike {
    readyState = 0;
    binaryType = '';
    onopen: WebSocketLike['onopen'] = null;
    onmessage: WebSocketLike['onmessage'] = null;
    onclose: WebSocketLike['onclose'] = null;
    onerror: WebSocketLike['onerror'] = null;
    readonly #received$ = new Subject<string>();
    readonly #life = new Subscription();

    constructor(url: string, protocols: string[] = []) {
      const serve = () =>
        accept({ url, protocols, received$: this.#received$.asObservable() }).pipe(
          materialize(),
          delay(latency, scheduler),
          dematerialize(),
        );
      const dial = () => {
        this.#life.add(
          serve().subscribe({
            next: (frame) => {
              this.#hear(frame);
            },
            error: (error: unknown) => {
              this.#end(error instanceof ConnectionClosedError ? error.code : 1006);
            },
            complete: () => {
              this.#end(1000);
            },
          }),
        );
      };
      this.#life.add(scheduler.schedule(dial, latency));
    }

    send(frame: string): void {
      if (this.readyState === 0) throw new Error('InvalidStateError: still in CONNECTING state');
      if (this.readyState !== 1) return;
      scheduler.schedule(() => {
        this.#received$.next(frame);
      }, latency);
    }

    close(code = 1005): void {
      if (this.readyState >= 2) return;
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
  };
