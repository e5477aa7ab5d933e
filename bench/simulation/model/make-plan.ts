import { Dice } from './dice.js';
import type { Fault, FaultKind, Plan, PlannedCloudMessage, PlannedMessage, Poison, Temper } from './plan.js';

const calm: Temper = { late: 0, nack: 0, lostAck: 0, dropped: 0, doubled: 0 };

const tempers: readonly [Temper, ...Temper[]] = [
  calm,
  { ...calm, lostAck: 0.2, dropped: 0.1 },
  { ...calm, late: 0.3, doubled: 0.1 },
  { ...calm, nack: 0.4 },
  { late: 0.1, nack: 0.15, lostAck: 0.1, dropped: 0.1, doubled: 0.1 },
  { late: 0.2, nack: 0.1, lostAck: 0.5, dropped: 0.1, doubled: 0 },
];

/** What leaves messages in a store. */
const unkind: readonly [Temper, ...Temper[]] = [
  { ...calm, lostAck: 0.4, dropped: 0.1 },
  { ...calm, nack: 0.6 },
];

const latencies: readonly [Plan['latency'], ...Plan['latency'][]] = [
  [0, 0],
  [1, 5],
  [20, 60],
  [5, 400],
];

const ofLinks: readonly [FaultKind, ...FaultKind[]] = [
  'reset',
  'reset',
  'close',
  'silence',
  'blackhole',
  'half-open',
  'network-down',
  'restart',
  'accept-then-close',
];
const ofTheCloud: readonly [FaultKind, ...FaultKind[]] = [
  'token-expiry',
  'token-expiry',
  'token-chaos',
  'discovery',
  'upgrade',
  'slow-reader',
  'ackless',
  'garbage',
];
const ofTheUnit: readonly [FaultKind, ...FaultKind[]] = [
  'crash',
  'crash',
  'stop',
  'freeze',
  'clock-jump',
  'store',
  'credentials',
];

const fault = (
  dice: Dice,
  until: number,
  kind: FaultKind = dice.pick(dice.pick([ofLinks, ofLinks, ofTheCloud, ofTheUnit])),
): Fault => {
  const at = dice.whole(0, until - 1);
  const longest = dice.pick([200, 5000, 30_000]);
  return { at, kind, duration: dice.whole(1, Math.max(1, Math.min(longest, until - at))), variant: dice.next() };
};

const message = (dice: Dice, id: number, at: number): PlannedMessage => ({
  id,
  at,
  ...(dice.chance(0.05) && { sendOnly: true }),
  ...(dice.chance(0.1) && { lane: dice.pick(['urgent', 'bulk'] as const) }),
  ...(dice.chance(0.06) && { ttl: dice.pick([500, 5000, 30_000]) }),
  ...(dice.chance(0.06) && { coalesceKey: dice.pick(['a', 'b']) }),
  ...(dice.chance(0.05) && { withdrawAfter: dice.pick([1, 50, 2000]) }),
  ...(dice.chance(0.04) && { onConnect: true }),
});

/** Some plans have a message or two that the cloud ends the link on; and some of those have nothing else. */
const poisoned = (plan: Plan): Plan => {
  const dice = Dice.of(plan.seed, 4);
  const { messages: healthy } = plan;
  if (!dice.chance(0.1)) return plan;
  const poison: Poison = { code: dice.pick([1008, 1009, 1011, 4000, 'reset', 'reset']), late: dice.pick([0, 0, 500]) };
  const culprits = new Set(Array.from({ length: dice.pick([1, 1, 2]) }, () => dice.whole(0, healthy.length - 1)));
  return {
    ...plan,
    ...(dice.chance(0.5) && { faults: [], temper: calm }),
    messages: healthy.map((planned, index) => {
      if (!culprits.has(index)) return planned;
      const { id, at, lane, keep } = planned;
      return { id, at, ...(lane && { lane }), ...(keep !== undefined && { keep }), poison };
    }),
  };
};

const messages = (dice: Dice, until: number, count: number): PlannedMessage[] => {
  const many: PlannedMessage[] = [];
  while (many.length < count) {
    const at = dice.whole(0, until);
    for (let left = dice.pick([1, 1, 2, 8]); left > 0 && many.length < count; left--)
      many.push(message(dice, many.length + 1, at));
  }
  return many;
};

const cloudMessages = (dice: Dice, until: number): PlannedCloudMessage[] =>
  Array.from({ length: dice.whole(0, 6) }, (_, index) => ({
    id: index + 1,
    at: dice.whole(0, until),
    copies: dice.pick([1, 1, 1, 2]),
  }));

/** The plan of a run: settings, messages and faults, which all follow from the seed. */
export const makePlan = (seed: number): Plan => {
  const dice = Dice.of(seed, 1);
  const isLong = dice.chance(0.02);
  const healAt = isLong ? 1_200_000 : dice.pick([10_000, 30_000, 60_000]);
  const store = dice.pick(['none', 'none', 'instant', 'slow'] as const);
  const faults = Array.from({ length: isLong ? dice.whole(20, 40) : dice.whole(1, 6) }, () => fault(dice, healAt));
  // A store shows what it is worth where processes end.
  if (store !== 'none' && dice.chance(0.7))
    for (let left = 3; left > 0; left--)
      faults.push(fault(dice, healAt, dice.pick(['crash', 'crash', 'stop', 'store'])));
  return poisoned({
    seed,
    healAt,
    messages: messages(dice, healAt, isLong ? 120 : dice.whole(3, 14)),
    cloudMessages: cloudMessages(dice, healAt),
    faults: faults.sort((one, other) => one.at - other.at),
    temper: dice.pick(store !== 'none' && dice.chance(0.6) ? unkind : tempers),
    ackTimeout: dice.pick([2000, 5000, 10_000, 10_000]),
    maxRetries: dice.pick([3, 3, 3, 1]),
    connectTimeout: dice.pick([5000, 10_000, 30_000]),
    maxInFlight: dice.pick([256, 256, 256, 4]),
    maxUnhandled: dice.pick([256, 256, 1]),
    backoff: dice.pick(['aos', 'aos', 'fleet'] as const),
    nextRequestDelay: dice.pick([0, 0, 1, 500, 3000]),
    pingInterval: dice.pick([0, 2000, 5000, 10_000]),
    latency: dice.pick(latencies),
    endpoints: dice.pick([1, 2, 3]),
    discoveryUrls: dice.pick([1, 1, 2]),
    store,
    onStoreFailure: dice.pick(['refuse', 'refuse', 'continue'] as const),
    ackOver: dice.pick(['same', 'newest'] as const),
    handling: dice.pick([0, 0, 200, 3000]),
    frameWeight: dice.pick([200, 200, 300_000]),
  });
};
