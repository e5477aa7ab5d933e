import { Closings } from '../closings.js';
import type { DiscoveryDecision } from './discovery-answers.js';
import type { LinkedSession } from './session.js';

/** Options of `drain` of a server of units. */
export interface UnitDrainOptions {
  /**
   * The time over which sessions are closed, evenly, in milliseconds.
   *
   * @defaultValue 60,000
   */
  readonly over?: number;
  /**
   * The reason in the close frames.
   *
   * @defaultValue `drain`
   */
  readonly reason?: string;
  /**
   * The endpoints of other servers, which discovery answers with from now on. They take the tokens of this one if they have the
   * same `secret`.
   *
   * @defaultValue none: units are asked to repeat the request after `retryAfter`
   */
  readonly endpoints?: readonly string[];
}

/** Dependencies of {@link UnitDrain}. */
export interface UnitDrainParts {
  /** Those that are open. */
  readonly sessions: () => ReadonlySet<LinkedSession>;
  /** The wait before a unit is to ask discovery again, in milliseconds. */
  readonly retryAfter: number;
}

/** Sends the units of one server elsewhere. */
export class UnitDrain {
  readonly #parts: UnitDrainParts;
  #endpoints: readonly string[] = [];
  #draining: Promise<void> | undefined;
  #closings: Closings<LinkedSession> | undefined;
  #settle: () => void = () => undefined;

  constructor(parts: UnitDrainParts) {
    this.#parts = parts;
  }

  readonly isDraining = (): boolean => this.#draining !== undefined;

  readonly start = (options: UnitDrainOptions = {}): Promise<void> =>
    (this.#draining ??= new Promise((resolve) => {
      this.#settle = resolve;
      this.#begin(options);
    }));

  /** Returns the answer in place of one that leads to this server. */
  decide(decision: DiscoveryDecision): DiscoveryDecision {
    if (!this.isDraining() || decision.errorCode !== 0 || decision.connectionInfo !== undefined) return decision;
    return this.#endpoints.length > 0
      ? { ...decision, connectionInfo: this.#endpoints }
      : { errorCode: 2, nextRequestDelay: this.#parts.retryAfter };
  }

  stop(): void {
    this.#closings?.stop();
    this.#settle();
  }

  #begin({ over = 60_000, reason = 'drain', endpoints = [] }: UnitDrainOptions): void {
    this.#endpoints = endpoints;
    const now = performance.now();
    this.#closings = new Closings({
      open: this.#parts.sessions(),
      from: now,
      until: now + over,
      close: (session) => {
        session.leave(1012, reason);
      },
      done: this.#settle,
    });
    this.#closings.start();
  }
}
