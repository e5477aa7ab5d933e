import { Random } from '../simulation/model/random.js';

/** The name of a server, which its processes have one after the other. */
export type ServerName = 'a' | 'b';

/** What goes wrong with a server, a unit or a page. */
export type ServerFaultKind =
  | 'crash' // the process ends at once, and another one begins later
  | 'crash at a call' // the same, at one of its next calls of the log
  | 'stop'
  | 'drain'
  | 'fail' // calls of the log fail
  | 'fail late' // they are carried out, and fail all the same
  | 'hang' // calls of the log wait
  | 'idle' // the app handles nothing
  | 'reset' // the link of a unit ends
  | 'half open' // the link of a unit ends, and its server does not see it for a while
  | 'move' // a unit opens another link, to any server
  | 'mute' // a unit acknowledges nothing
  | 'cut'; // the links of the pages of a server end

export interface ServerFault {
  readonly at: number;
  readonly kind: ServerFaultKind;
  readonly server: ServerName;
  readonly unit: number;
  readonly duration: number;
  /** Draws among the ways in which a fault may go. */
  readonly variant: number;
}

/** A message of a unit, or of the app to a unit. */
export interface ServerMessage {
  readonly at: number;
  readonly unit: number;
  readonly server: ServerName;
  /** True if the unit sends it twice. */
  readonly isTwice: boolean;
}

/** All that a run is made of. */
export interface ServerPlan {
  readonly seed: number;
  /** A log in a file has one server at a time, a shared one two. */
  readonly log: 'file' | 'shared';
  readonly servers: readonly ServerName[];
  readonly units: number;
  readonly pages: number;
  readonly keep: number;
  readonly maxUnhandled: number;
  readonly retryAfter: number;
  readonly ackTimeout: number;
  readonly latency: number;
  /** The time that a call of the log takes. */
  readonly logLatency: number;
  /** The longest time that the app takes for a message. */
  readonly handling: number;
  readonly fromUnits: readonly ServerMessage[];
  readonly toUnits: readonly ServerMessage[];
  readonly faults: readonly ServerFault[];
  readonly healAt: number;
  /** True if the processes begin anew when the faults end. */
  readonly restartsAtHeal: boolean;
}

const weights: Readonly<Record<ServerFaultKind, number>> = {
  ...{ crash: 3, 'crash at a call': 6, stop: 2, drain: 2, fail: 3, 'fail late': 1, hang: 3, idle: 3 },
  ...{ reset: 5, 'half open': 2, move: 3, mute: 2, cut: 2 },
};
const kinds = Object.keys(weights) as ServerFaultKind[];
const total = kinds.reduce((sum, kind) => sum + weights[kind], 0);

const drawKind = (random: Random): ServerFaultKind => {
  let left = random.next() * total;
  return kinds.find((kind) => (left -= weights[kind]) < 0) ?? 'reset';
};

/** Draws a plan; the same seed gives the same one. */
export const serverPlan = (seed: number): ServerPlan => {
  const random = Random.of(seed, 3);
  const log = random.pick(['file', 'shared'] as const);
  const servers: readonly ServerName[] = log === 'file' ? ['a'] : ['a', 'b'];
  const units = random.whole(1, 4);
  const healAt = random.whole(8000, 25_000);
  const draw = { at: () => random.whole(100, healAt - 1000), unit: () => random.whole(0, units - 1) };
  const server = () => servers[random.whole(0, servers.length - 1)] ?? 'a';
  const inOrder = <T extends { readonly at: number }>(list: T[]): readonly T[] =>
    list.sort((one, other) => one.at - other.at);
  const messages = (most: number, twice: number): readonly ServerMessage[] =>
    inOrder(
      Array.from({ length: random.whole(1, most) }, () => ({
        ...{ at: draw.at(), unit: draw.unit(), server: server(), isTwice: random.chance(twice) },
      })),
    );
  const faults = inOrder(
    Array.from({ length: random.whole(0, 9) }, () => ({
      ...{ at: draw.at(), kind: drawKind(random), server: server(), unit: draw.unit() },
      ...{ duration: random.pick([100, 1000, 4000, 8000]), variant: random.whole(0, 99) },
    })),
  );
  const keep = random.pick([4, 10, 200, 10_000]);
  return {
    ...{ seed, log, servers, units, pages: random.whole(0, 2) },
    // What is in the log, though its call failed, takes a place that nobody counts.
    keep: faults.some(({ kind }) => kind === 'fail late') ? 10_000 : keep,
    maxUnhandled: random.pick([600, 3000, 1 << 20, 1 << 20]),
    retryAfter: random.pick([200, 1000, 3000]),
    ackTimeout: random.pick([1000, 3000, 10_000]),
    latency: random.pick([1, 5, 40]),
    logLatency: random.pick([0, 1, 10, 100]),
    handling: random.pick([0, 5, 50, 500]),
    fromUnits: messages(40, 0.1),
    toUnits: messages(8, 0),
    faults,
    healAt,
    restartsAtHeal: random.chance(0.5),
  };
};
