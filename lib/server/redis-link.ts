import type { RedisClient, RedisConnections } from './redis-client.js';

/**
 * A connection for reads that wait for entries, which answers nothing else meanwhile. It is opened when it is needed, and again
 * after it was closed or could not be opened.
 */
export class RedisLink {
  readonly #connections: RedisConnections;
  readonly #failed: (() => void) | undefined;
  #client: Promise<RedisClient> | undefined;

  /** Calls `failed` whenever the connection is cut. */
  constructor(connections: RedisConnections, failed?: () => void) {
    this.#connections = connections;
    this.#failed = failed;
  }

  open(): Promise<RedisClient> {
    return (this.#client ??= this.#connections.connect(this.#failed).catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    }));
  }

  close(): void {
    const client = this.#client;
    this.#client = undefined;
    void client?.then(
      (opened) => {
        this.#connections.release(opened);
      },
      () => undefined,
    );
  }
}
