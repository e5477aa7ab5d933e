import type { Random } from './random.js';
import type { Fault, FaultKind, Hang, Plan, Poison } from './plan.js';
import type { WorldEvent } from './events.js';
import type { VirtualClock } from '../../../lib/testing/virtual/clock.js';

/** The state that everything in a simulation shares. */
export interface SimulatedWorld {
  readonly plan: Plan;
  readonly clock: VirtualClock;
  /** The random numbers of network and cloud. */
  readonly random: Random;
  readonly network: NetworkConditions;
  /** The messages that make the cloud end the link, by txn. */
  readonly poison: Map<string, Poison>;
  /** The messages that the cloud hangs on, by txn. */
  readonly hangs: Map<string, Hang>;
  readonly note: (event: WorldEvent) => void;
}

/** The lasting faults that are active now. */
export class NetworkConditions {
  readonly #clock: VirtualClock;
  readonly #lasting = new Map<FaultKind, { readonly until: number; readonly variant: number }>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  begin({ kind, duration, variant }: Fault): void {
    this.#lasting.set(kind, { until: this.#clock.now + duration, variant });
  }

  /** The variant of a fault that is there, else `undefined`. */
  has(kind: FaultKind): number | undefined {
    const fault = this.#lasting.get(kind);
    return fault !== undefined && this.#clock.now < fault.until ? fault.variant : undefined;
  }

  clear(): void {
    this.#lasting.clear();
  }
}
