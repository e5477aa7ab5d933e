import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { Fifo } from '../../collections/fifo.js';

/** The turns of the event loop between two handshakes; an empty one takes 5 µs. */
const turnsBetween = 7;
/** The most connections that wait for theirs; further ones are reset. */
const maxWaiting = 16_384;

/**
 * Begins TLS handshakes of units with turns of the event loop between them, so that all else goes on while thousands of units
 * connect at once. Each listener accepts one connection in a turn, and a handshake takes milliseconds: with handshakes in
 * every turn, a hundred pages, or a health check behind them, waited for seconds. The others wait, and nothing of them is
 * read. A handshake that has begun holds no place, so that a client that is slow delays nobody.
 */
export class HandshakePace {
  readonly #waiting = new Fifo<() => void>();
  #pause = 0;
  #isRunning = false;

  /** Has a server that was created with `pauseOnConnect` begin its handshakes at this pace; returns it. */
  apply(server: Server): Server {
    const begins = server.listeners('connection') as ((tcp: Socket) => void)[];
    return server.removeAllListeners('connection').on('connection', (tcp: Socket) => {
      if (this.#waiting.length >= maxWaiting) tcp.resetAndDestroy();
      else
        this.#add(() => {
          if (!tcp.destroyed) for (const begin of begins) begin.call(server, tcp);
        });
    });
  }

  #add(begin: () => void): void {
    this.#waiting.push(begin);
    if (!this.#isRunning) setImmediate(this.#turn);
    this.#isRunning = true;
  }

  readonly #turn = (): void => {
    if (this.#pause > 0) this.#pause--;
    else {
      this.#pause = turnsBetween;
      this.#waiting.shift()?.();
    }
    // Also after the last one: the next may come in the next turn.
    this.#isRunning = this.#pause > 0 || this.#waiting.length > 0;
    if (this.#isRunning) setImmediate(this.#turn);
  };
}
