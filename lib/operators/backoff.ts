/** A step of a reconnection cycle: an attempt, and the wait before it. */
export interface BackoffStep {
  /** The number of the attempt in its cycle, from 1. 0 is a connection that proved useful. */
  readonly attempt: number;
  /** The wait before the attempt, in milliseconds. */
  readonly delay: number;
  /** The cycle, from 1. */
  readonly cycle: number;
  /** The first delay of the cycle that `delay` was doubled from, in milliseconds. */
  readonly base: number;
  /** Number of times that `base` was doubled so far. */
  readonly doublings: number;
}

/** The facts that a backoff takes into account in addition to the last step. */
export interface BackoffContext {
  /** Random numbers from 0 to 1, as `Math.random`. */
  readonly random: () => number;
  /** The `nextRequestDelay` in force, in milliseconds: it replaces the first delay. */
  readonly base?: number | undefined;
  /** The wait that the cloud asked for with its last refusal, in milliseconds. */
  readonly retryAfter?: number | undefined;
}

/** The rule that says how long to wait before the next attempt. Pure: time and randomness come from outside. */
export interface Backoff {
  /** The step after a failed attempt; after one with `attempt` 0, the first step of a new cycle. */
  readonly next: (step: BackoffStep, context: BackoffContext) => BackoffStep;
  /** The wait after a clean close, in milliseconds. */
  readonly afterClose: (context: BackoffContext) => number;
}

/** The step of the very first attempt, which waits for nothing. */
export const firstStep: BackoffStep = { attempt: 1, delay: 0, cycle: 1, base: 0, doublings: 0 };

/** The step of a connection that proved useful: the next failure begins a new cycle. */
export const provenStep: BackoffStep = { attempt: 0, delay: 0, cycle: 0, base: 0, doublings: 0 };

/** No wait that the cloud asks for is shorter, in milliseconds, unless the first delay of the options is. */
const leastWait = 500;

/** The settings of the presets, in milliseconds but for `attempts`. */
export interface BackoffOptions {
  /** The attempts of a cycle. Default 5 (specification). */
  readonly attempts?: number;
  /** The first delay of a cycle. Default 1 s (specification). */
  readonly initialDelay?: number;
  /** No wait is longer than this. Default 10 min (specification). */
  readonly maxDelay?: number;
}

/**
 * The specification's backoff: five attempts a cycle, waiting 0, 1, 2, 4 and 8 s before them, then a new cycle at once.
 *
 * A `nextRequestDelay` of the cloud replaces the first delay from the very next wait, which is doubled as often as
 * without it; a wait that the cloud asks for with a refusal is kept as it is. Neither makes the waits short: a
 * `nextRequestDelay` counts as 500 ms at least, and with one below 1 s the next cycle begins after it, not at once; a
 * wait below 1 s is not shorter than it would be unasked. No wait is longer than 10 min, and there is no jitter: see
 * {@link fleet}.
 */
export const aos = ({ attempts = 5, initialDelay = 1000, maxDelay = 600_000 }: BackoffOptions = {}): Backoff => ({
  next: (step, { base: asked = initialDelay, retryAfter = 0 }) => {
    const least = Math.min(leastWait, initialDelay);
    const base = Math.max(asked, least);
    const ended = step.attempt === 0 || step.attempt >= attempts;
    const attempt = ended ? 1 : step.attempt + 1;
    const doublings = Math.max(attempt - 2, 0);
    const atOnce = step.attempt === 0 || base >= initialDelay;
    const due = !ended ? base * 2 ** doublings : atOnce ? 0 : base;
    const wait = retryAfter >= initialDelay ? retryAfter : retryAfter > 0 ? Math.max(retryAfter, due, least) : due;
    return {
      attempt,
      cycle: ended ? step.cycle + 1 : step.cycle,
      delay: Math.min(wait, maxDelay),
      base: ended ? 0 : base,
      doublings,
    };
  },
  afterClose: () => 0,
});

/** The settings of the `fleet` preset, in milliseconds. */
export interface FleetOptions extends BackoffOptions {
  /** The first attempt after a lost connection comes within this time. Default 5 s (RFC 6455, 7.2.3). */
  readonly spread?: number;
  /** The longest wait of the first three cycles, where the cloud asks for none; it doubles with every further one up to `maxDelay`. Default 30 s. */
  readonly firstCap?: number;
}

/**
 * A backoff for many units behind one cloud: decorrelated jitter, so that no two units keep in step.
 *
 * The first attempt after a loss is spread over 5 s, one after a clean close over 1 s; each further wait is random
 * between the first delay and three times the last wait, up to 30 s, and up to 10 min in an outage of many cycles.
 * What the cloud asks for is a floor that jitter only adds to: a `nextRequestDelay` is the first delay, 500 ms at least,
 * with up to 29 s more from the first cycle on, and to the wait of a refusal comes up to three times as much again, 30 s
 * at most. A refusal that asks for less than 1 s makes no wait shorter.
 */
export const fleet = ({
  attempts = 5,
  initialDelay = 1000,
  maxDelay = 600_000,
  spread = 5000,
  firstCap = 30_000,
}: FleetOptions = {}): Backoff => ({
  next: (step, { random, base: given = initialDelay, retryAfter = 0 }) => {
    const base = Math.max(given, Math.min(leastWait, initialDelay));
    const ended = step.attempt >= attempts;
    const cycle = step.attempt === 0 ? 1 : ended ? step.cycle + 1 : step.cycle;
    // A longer first delay takes no room from the jitter.
    const firstLongest = base + Math.max(0, firstCap - initialDelay);
    const longest = Math.min(maxDelay, firstLongest * 2 ** Math.max(0, cycle - 3));
    const asked = retryAfter >= initialDelay ? retryAfter : 0;
    // A wait that was asked for is the least one already.
    const from = asked > 0 ? 0 : base;
    const until = Math.max(from, Math.min(longest, 3 * Math.max(base, step.delay, asked)));
    const jittered = step.attempt === 0 ? random() * spread : from + random() * (until - from);
    return {
      attempt: step.attempt === 0 || ended ? 1 : step.attempt + 1,
      cycle,
      delay: Math.round(Math.min(Math.max(asked + jittered, retryAfter), maxDelay)),
      base,
      doublings: 0,
    };
  },
  afterClose: ({ random }) => Math.round(random() * 1000),
});

/**
 * The time from one connection to the next where they do not last, in milliseconds: twice the age at which one counts as
 * a success, or ten times the first delay of the backoff where that is less.
 */
export const spacingOf = (backoff: Backoff, stableAfter: number): number =>
  spacingAfter(backoff.next(firstStep, { random: () => 0 }).delay, stableAfter);

/** The same for a first delay in milliseconds. */
export const spacingAfter = (firstDelay: number, stableAfter: number): number =>
  Math.min(2 * stableAfter, firstDelay > 0 ? 10 * firstDelay : Infinity);
