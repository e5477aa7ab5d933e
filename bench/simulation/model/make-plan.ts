import { Random } from './random.js';
import type {
  Fault,
  FaultKind,
  HandledType,
  Hang,
  Plan,
  PlannedCloudMessage,
  PlannedHandler,
  PlannedMessage,
  Poison,
  Profile,
} from './plan.js';

const calm: Profile = { late: 0, nack: 0, lostAck: 0, dropped: 0, doubled: 0 };

const profiles: readonly [Profile, ...Profile[]] = [
  calm,
  { ...calm, lostAck: 0.2, dropped: 0.1 },
  { ...calm, late: 0.3, doubled: 0.1 },
  { ...calm, nack: 0.4 },
  { late: 0.1, nack: 0.15, lostAck: 0.1, dropped: 0.1, doubled: 0.1 },
  { late: 0.2, nack: 0.1, lostAck: 0.5, dropped: 0.1, doubled: 0 },
];

/** Profiles that leave messages in a store. */
const unkind: readonly [Profile, ...Profile[]] = [
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
  random: Random,
  until: number,
  kind: FaultKind = random.pick(random.pick([ofLinks, ofLinks, ofTheCloud, ofTheUnit])),
): Fault => {
  const at = random.whole(0, until - 1);
  const longest = random.pick([200, 5000, 30_000]);
  return { at, kind, duration: random.whole(1, Math.max(1, Math.min(longest, until - at))), variant: random.next() };
};

const message = (random: Random, id: number, at: number): PlannedMessage => ({
  id,
  at,
  ...(random.chance(0.05) && { sendOnly: true }),
  ...(random.chance(0.1) && { lane: random.pick(['urgent', 'bulk'] as const) }),
  ...(random.chance(0.06) && { ttl: random.pick([500, 5000, 30_000]) }),
  ...(random.chance(0.06) && { coalesceKey: random.pick(['a', 'b']) }),
  ...(random.chance(0.05) && { withdrawAfter: random.pick([1, 50, 2000]) }),
  ...(random.chance(0.04) && { onConnect: true }),
});

/** Some plans have a message or two that the cloud ends the link on; and some of those have nothing else. */
const poisoned = (plan: Plan): Plan => {
  const random = Random.of(plan.seed, 4);
  const { messages: healthy } = plan;
  if (!random.chance(0.1)) return plan;
  const poison: Poison = {
    code: random.pick([1008, 1009, 1011, 4000, 'reset', 'reset']),
    late: random.pick([0, 0, 500]),
  };
  const culprits = new Set(Array.from({ length: random.pick([1, 1, 2]) }, () => random.whole(0, healthy.length - 1)));
  return {
    ...plan,
    ...(random.chance(0.5) && { faults: [], profile: calm }),
    messages: healthy.map((planned, index) => {
      if (!culprits.has(index)) return planned;
      const { id, at, lane, keep } = planned;
      return { id, at, ...(lane && { lane }), ...(keep !== undefined && { keep }), poison };
    }),
  };
};

/** Some plans have a message that the cloud hangs on; and some of those have nothing else. */
const hanging = (plan: Plan): Plan => {
  const random = Random.of(plan.seed, 5);
  if (!random.chance(0.05) || plan.messages.some(({ poison }) => poison)) return plan;
  const hang: Hang = random.pick(['silence', 'silence', 'no ack']);
  const culprit = random.whole(0, plan.messages.length - 1);
  return {
    ...plan,
    ...(random.chance(0.5) && { faults: [], profile: calm }),
    messages: plan.messages.map((planned, index) => {
      if (index !== culprit) return planned;
      const { id, at, lane, keep } = planned;
      return { id, at, ...(lane && { lane }), ...(keep !== undefined && { keep }), hang };
    }),
  };
};

const messages = (random: Random, until: number, count: number): PlannedMessage[] => {
  const many: PlannedMessage[] = [];
  while (many.length < count) {
    const at = random.whole(0, until);
    for (let left = random.pick([1, 1, 2, 8]); left > 0 && many.length < count; left--)
      many.push(message(random, many.length + 1, at));
  }
  return many;
};

const cloudMessages = (random: Random, until: number): PlannedCloudMessage[] =>
  Array.from({ length: random.whole(0, 6) }, (_, index) => ({
    id: index + 1,
    at: random.whole(0, until),
    copies: random.pick([1, 1, 1, 2]),
    type: 'desiredStatus',
  }));

const types: readonly [HandledType, ...HandledType[]] = ['desiredStatus', 'overrideEnvVars', 'issuedUnitCertificates'];

const handler = (random: Random): PlannedHandler => ({
  type: random.pick(types),
  ack: random.pick(['before', 'after'] as const),
  takes: random.pick([0, 50, 700, 2500]),
  fails: random.pick([0, 0, 0.3]),
  hangs: random.pick([0, 0, 0.3]),
});

/** Some plans have an app with handlers for several types, which are slow, fail or hang, and more messages for them. */
const handled = (plan: Plan): Plan => {
  const random = Random.of(plan.seed, 6);
  if (!random.chance(0.25) || plan.messages.some(({ hang, poison }) => hang ?? poison)) return plan;
  const typed = plan.cloudMessages.map((message) => ({ ...message, type: random.pick(types) }));
  const burst = random.whole(0, plan.healAt);
  const more = Array.from({ length: random.pick([0, 4, 8]) }, (_, index) => ({
    id: typed.length + index + 1,
    at: random.chance(0.7) ? burst : random.whole(0, plan.healAt),
    copies: 1,
    type: random.pick(types),
  }));
  return {
    ...plan,
    cloudMessages: [...typed, ...more],
    handling: 0,
    handlers: Array.from({ length: random.whole(1, 4) }, () => handler(random)),
    concurrency: random.pick([4, 2, 1]),
    maxUnhandled: random.pick([plan.maxUnhandled, 4]),
    handlerTimeout: random.pick([3000, 8000]),
  };
};

/** The plan of a run: settings, messages and faults, which all follow from the seed. */
export const makePlan = (seed: number): Plan => {
  const random = Random.of(seed, 1);
  const isLong = random.chance(0.02);
  const healAt = isLong ? 1_200_000 : random.pick([10_000, 30_000, 60_000]);
  const store = random.pick(['none', 'none', 'instant', 'slow'] as const);
  const faults = Array.from({ length: isLong ? random.whole(20, 40) : random.whole(1, 6) }, () =>
    fault(random, healAt),
  );
  // A store shows what it is worth where processes end.
  if (store !== 'none' && random.chance(0.7))
    for (let left = 3; left > 0; left--)
      faults.push(fault(random, healAt, random.pick(['crash', 'crash', 'stop', 'store'])));
  const plan: Plan = {
    seed,
    healAt,
    messages: messages(random, healAt, isLong ? 120 : random.whole(3, 14)),
    cloudMessages: cloudMessages(random, healAt),
    faults: faults.sort((one, other) => one.at - other.at),
    profile: random.pick(store !== 'none' && random.chance(0.6) ? unkind : profiles),
    ackTimeout: random.pick([2000, 5000, 10_000, 10_000]),
    maxRetries: random.pick([3, 3, 3, 1]),
    connectTimeout: random.pick([5000, 10_000, 30_000]),
    maxInFlight: random.pick([256, 256, 256, 4]),
    maxUnhandled: random.pick([256, 256, 1]),
    backoff: random.pick(['aos', 'aos', 'fleet'] as const),
    nextRequestDelay: random.pick([0, 0, 1, 500, 3000]),
    pingInterval: random.pick([0, 2000, 5000, 10_000]),
    latency: random.pick(latencies),
    endpoints: random.pick([1, 2, 3]),
    discoveryUrls: random.pick([1, 1, 2]),
    store,
    onStoreFailure: random.pick(['refuse', 'refuse', 'continue'] as const),
    ackOver: random.pick(['same', 'newest'] as const),
    handling: random.pick([0, 0, 200, 3000]),
    frameWeight: random.pick([200, 200, 300_000]),
    handlers: [],
    concurrency: 4,
    handlerTimeout: 300_000,
  };
  return handled(hanging(poisoned(plan)));
};
