import type { Policy } from './policies.js';
import { seeded } from './random.js';

/** A failover: every connection is lost at time 0. Times in milliseconds. */
export interface Failover {
  readonly units: number;
  /** The time without connections. */
  readonly outage: number;
  /** The number of connections a second that are accepted from then on; the rest is refused at once. */
  readonly rate: number;
  /** The number that the cloud may accept at once after it was idle. */
  readonly burst: number;
  /** The end of the simulation. */
  readonly horizon: number;
  /** Called with each attempt. */
  readonly onAttempt?: (unit: number, at: number) => void;
}

/** The outcome of a fleet. Times in milliseconds from the end of the outage. */
export interface Outcome {
  readonly name: string;
  /** The attempts in each slot of 100 ms, from time 0. */
  readonly slots: Uint32Array;
  readonly attempts: number;
  /** The attempts of the busiest slot for each unit of the fleet: 0.05 are 5 % of the units, 2 are two attempts of each. */
  readonly peak: number;
  /** The time at which 99 % of the units were back; `undefined` if they were not. */
  readonly nearlyAll: number | undefined;
  /** The number of attempts that were refused after the outage. */
  readonly refused: number;
  readonly gaveUp: number;
}

/** The length of a slot, in milliseconds. */
export const slotLength = 100;

/**
 * Every attempt of a fleet through a failover. Not whole units, but the attempts they make: the wait, the attempt, the
 * answer at once. Each unit has random numbers of its own.
 */
export const simulate = (policy: Policy, failover: Failover): Outcome => {
  const { units, outage, rate, burst, horizon, onAttempt } = failover;
  const waits = Array.from({ length: units }, (_, unit) => policy.waits(seeded(unit + 1)));
  const slots = new Uint32Array(Math.ceil(horizon / slotLength));
  const back: number[] = [];
  let attempts = 0;
  let refused = 0;
  let gaveUp = 0;

  // A list of units for each millisecond, chained through the units: there are tens of millions of events.
  const none = -1;
  const firstAt = new Int32Array(horizon).fill(none);
  const nextOf = new Int32Array(units).fill(none);
  const plan = (unit: number, now: number) => {
    const wait = waits[unit]?.();
    if (wait === undefined) gaveUp++;
    const at = now + Math.round(wait ?? Infinity);
    if (at >= horizon) return;
    nextOf[unit] = firstAt[at] ?? none;
    firstAt[at] = unit;
  };

  let room = burst;
  let filledAt = outage;
  const accepts = (now: number): boolean => {
    if (now < outage) return false;
    room = Math.min(burst, room + ((now - filledAt) * rate) / 1000);
    filledAt = now;
    if (room < 1) return false;
    room--;
    return true;
  };

  for (let unit = 0; unit < units; unit++) plan(unit, 0);
  for (let now = 0; now < horizon; now++) {
    // A unit may come back into the list of the same millisecond.
    for (let unit = firstAt[now] ?? none; unit !== none; unit = firstAt[now] ?? none) {
      firstAt[now] = nextOf[unit] ?? none;
      attempts++;
      const slot = Math.floor(now / slotLength);
      slots[slot] = (slots[slot] ?? 0) + 1;
      onAttempt?.(unit, now);
      if (accepts(now)) back.push(now - outage);
      else {
        if (now >= outage) refused++;
        plan(unit, now);
      }
    }
  }
  return {
    name: policy.name,
    slots,
    attempts,
    peak: slots.reduce((most, count) => Math.max(most, count), 0) / units,
    nearlyAll: back[Math.ceil(units * 0.99) - 1],
    refused,
    gaveUp,
  };
};
