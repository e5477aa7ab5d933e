import { EventEmitter } from 'node:events';
import type { Subscriber } from 'rxjs';
import type { WebSocket } from 'ws';
import { ConnectionClosedError } from '../../lib/errors.js';

/** The side of the server of a virtual WebSocket, with as much of `ws` as the server uses. */
export class ServerSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly bufferedAmount = 0;
  readyState = 1;
  readonly #page: Subscriber<string>;
  readonly #url: string;
  #held: (() => void)[] | undefined; // while it is paused

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

  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const act of held) act();
  }

  /** Takes what the page sends, or that it has gone. */
  hear(frame: string | undefined): void {
    const act = () => {
      if (frame !== undefined) this.emit('message', Buffer.from(frame));
      else this.#close(1000);
    };
    if (this.#held) this.#held.push(act);
    else act();
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
