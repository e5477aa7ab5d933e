import type { Move } from './shared-order.js';
import type { StateViewOptions } from './state-view.js';

/** The part of a view that subscriptions share which show the same rows in the same order. */
export abstract class SharedView {
  protected readonly options: StateViewOptions;
  readonly #changed = new Set<() => void>();
  readonly #stop: () => void;

  constructor(options: StateViewOptions) {
    this.options = options;
    this.#stop = options.order.watch((move) => {
      this.take(move);
    });
  }

  /** Follows the rows no more. */
  stop(): void {
    this.#stop();
  }

  /** Takes a change of the rows that match. */
  protected abstract take(move: Move): void;

  /** Calls back whenever there is something to flush, until what is returned is called. */
  protected watch(changed: () => void): () => void {
    this.#changed.add(changed);
    return () => this.#changed.delete(changed);
  }

  protected announce(): void {
    for (const changed of this.#changed) changed();
  }
}
