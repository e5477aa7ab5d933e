import type { Dice } from './dice.js';
import type { Fault, FaultKind, Plan, Poison } from './plan.js';
import type { Happening } from './events.js';
import type { VirtualClock } from '../../../lib/testing/virtual/clock.js';

/** What everything in a simulation shares. */
export interface World {
  readonly plan: Plan;
  readonly clock: VirtualClock;
  /** What the network and the cloud draw from. */
  readonly dice: Dice;
  readonly weather: Weather;
  /** What the cloud ends the link on, by txn. */
  readonly poison: Map<string, Poison>;
  readonly note: (happening: Happening) => void;
}

/** Which of the faults that last are there now. */
export class Weather {
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
