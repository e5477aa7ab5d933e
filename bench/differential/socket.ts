import type { Subscriber } from 'rxjs';
import type { WebSocket } from 'ws';
import { ConnectionClosedError } from '../../lib/errors.js';
import { PausableSocket } from '../pausable-socket.js';

/** The side of the server of a virtual WebSocket, with as much of `ws` as the server uses. */
export class ServerSocket extends PausableSocket {
  readonly #page: Subscriber<string>;
  readonly #url: string;

  constructor(url: string, page: Subscriber<string>) {
    super();
    this.#url = url;
    this.#page = page;
  }

  /** As the type of `ws`, which has much more. */
  get asWebSocket(): WebSocket {
    return this as unknown as WebSocket;
  }

  send(text: string, done: () => void): void {
    if (this.readyState === this.OPEN) this.#page.next(text);
    queueMicrotask(done);
  }

  close(code: number, reason: string): void {
    this.#end(code, new ConnectionClosedError(this.#url, code, reason));
  }

  terminate(): void {
    this.#end(1006, new Error('reset'));
  }

  /** Takes what the page sends, or that it has gone. */
  hear(frame: string | undefined): void {
    this.whenRead(() => {
      if (frame !== undefined) this.emit('message', Buffer.from(frame));
      else this.#close(1000);
    });
  }

  #end(code: number, error: Error): void {
    if (this.readyState !== this.OPEN) return;
    this.readyState = this.CLOSING;
    this.#page.error(error);
    this.#close(code);
  }

  #close(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    setTimeout(() => this.emit('close', code, Buffer.alloc(0)), 0);
  }
}
