import { EventEmitter } from 'node:events';

/** The side of the server of a modelled WebSocket: while it is paused, what arrives waits. */
export class PausableSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly bufferedAmount = 0;
  readyState = 1;
  #held: (() => void)[] | undefined;

  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const act of held) act();
  }

  /** Does what something that arrives leads to, once the socket is read. */
  protected whenRead(act: () => void): void {
    if (this.#held) this.#held.push(act);
    else act();
  }
}
