import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { Fifo } from '../../collections/fifo.js';

/** The handshakes that begin in one turn of the event loop. */
const perTurn = 2;
/** The most connections that wait for theirs; further ones are reset. */
const maxWaiting = 16_384;

/**
 * Begins a few TLS handshakes in each turn of the event loop, so that all else goes on while thousands of units connect at
 * once: a server that answers no health check meanwhile loses those that it has. The others wait, and nothing of them is
 * read. A handshake that has begun holds no place, so that a client that is slow delays nobody.
 */
export class HandshakePace {
  readonly #waiting = new Fifo<() => void>();
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
    for (let n = 0; n < perTurn; n++) this.#waiting.shift()?.();
    this.#isRunning = this.#waiting.length > 0;
    if (this.#isRunning) setImmediate(this.#turn);
  };
}
