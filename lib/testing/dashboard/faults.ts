import type { Connection } from '../../server/connection.js';
import type { SubscriptionAnswer } from '../../server/interception.js';
import type { Listener } from '../../server/listener.js';
import type { FaultPlan } from './fault-plan.js';

/** The way a subscribe is refused: by a nack, or by `ended` with a code. `retryAfter` in milliseconds. */
export type SubscriptionRefusal =
  | {
      readonly nack: true;
      /** The wait that the nack asks for, in milliseconds. */
      readonly retryAfter?: number;
    }
  | {
      /** The `code` of the `ended`: `unknown-topic`. */
      readonly ended: string;
      /** The wait that the `ended` asks for, in milliseconds. */
      readonly retryAfter?: number;
    };

/** The faults of a server of dashboards. Without a `clientId` they apply to every dashboard. Durations in milliseconds. */
export interface DashboardFaults {
  /** Ends connections with a TCP reset. */
  readonly cut: (clientId?: string) => void;
  /** Ends connections with a close frame. */
  readonly close: (code: number, reason?: string, clientId?: string) => void;
  /**
   * Keeps open connections up, but reads, answers and sends nothing on them until it is switched off; what was held is
   * sent then. New connections work.
   */
  readonly silence: (on: boolean, clientId?: string) => void;
  /** Accepts new TCP connections, but answers nothing on them until it is switched off, `/healthz` included. */
  readonly silenceNew: (on: boolean) => void;
  /** Refuses upgrades with 503, or refuses TCP connections. Open connections stay. */
  readonly refuse: (on: boolean, how?: 'upgrade' | 'tcp') => Promise<void>;
  /** Accepts the next upgrades and sends a close frame at once, or a TCP reset. By default once, with 1001. */
  readonly acceptThenClose: (times?: number, code?: number | 'reset') => void;
  /** Refuses the next subscribes to the topic. By default once, with a nack. */
  readonly refuseSubscriptions: (topic: string, times?: number, refusal?: SubscriptionRefusal) => void;
  /** Leaves the next subscribes to the topic without an answer. By default once. */
  readonly swallow: (topic: string, times?: number) => void;
  /** Counts the next updates to every subscription of the topic without sending them: a gap. By default one. */
  readonly skipUpdate: (topic: string, times?: number) => void;
  /** Sends no heartbeats until it is switched off. */
  readonly holdHeartbeats: (on: boolean) => void;
  /** Delays each frame that the server sends from now on, keeping the order. */
  readonly latency: (duration: number) => void;
  /** Sends every subscription of the topic an update with this payload under the previous generation. */
  readonly replyToDeadGen: (topic: string, payload?: unknown) => void;
  /** Answers `/healthz` with 503 until it is switched off. */
  readonly failHealth: (on: boolean) => void;
  /** Ends every fault that is planned or switched on; connections that were cut stay cut. */
  readonly clearFaults: () => Promise<void>;
}

/** The parts of a server that faults act on. */
export interface FaultTarget {
  /** The open connections. */
  readonly connections: ReadonlySet<Connection>;
  /** The port of the server. */
  readonly listener: Listener;
}

/** Returns the faults of a server: they act on its connections and its listener, or write into its plan. */
export const dashboardFaults = (target: FaultTarget, plan: FaultPlan): DashboardFaults => {
  const { connections, listener } = target;
  const lasting = lastingFaults(target, plan);
  return {
    ...lasting,
    ...plannedFaults(plan),
    cut: (clientId) => {
      for (const connection of ofClient(connections, clientId)) connection.reset();
    },
    close: (code, reason = '', clientId) => {
      for (const connection of ofClient(connections, clientId)) connection.close(code, reason);
    },
    skipUpdate: (topic, times = 1) => {
      for (const connection of connections) connection.skip(topic, times);
    },
    replyToDeadGen: (topic, payload) => {
      for (const connection of connections) connection.replyToDeadGen(topic, payload);
    },
    clearFaults: async () => {
      plan.answers.clear();
      plan.acceptThenClose.length = 0;
      plan.holdsHeartbeats = false;
      plan.refusesUpgrades = false;
      plan.failsHealth = false;
      lasting.latency(0);
      lasting.silence(false);
      lasting.silenceNew(false);
      await listener.open();
    },
  };
};

const ofClient = (connections: ReadonlySet<Connection>, clientId: string | undefined): Connection[] =>
  [...connections].filter((connection) => clientId === undefined || connection.clientId() === clientId);

type LastingFaults = Pick<
  DashboardFaults,
  'silence' | 'silenceNew' | 'refuse' | 'holdHeartbeats' | 'latency' | 'failHealth'
>;

/** Faults that last until they are switched off. */
const lastingFaults = ({ connections, listener }: FaultTarget, plan: FaultPlan): LastingFaults => ({
  silence: (on, clientId) => {
    for (const connection of ofClient(connections, clientId)) connection.silence(on);
  },
  silenceNew: (on) => {
    plan.ignoresRequests = on;
    if (!on) for (const handle of plan.held.splice(0)) handle();
  },
  refuse: async (on, how = 'upgrade') => {
    if (how === 'upgrade') plan.refusesUpgrades = on;
    else if (on) await listener.refuse();
    else await listener.open();
  },
  holdHeartbeats: (on) => {
    plan.holdsHeartbeats = on;
  },
  latency: (duration) => {
    plan.latency = duration;
    for (const connection of connections) connection.delay(duration);
  },
  failHealth: (on) => {
    plan.failsHealth = on;
  },
});

/** Faults that apply to the next upgrades or subscribes. */
const plannedFaults = (
  plan: FaultPlan,
): Pick<DashboardFaults, 'acceptThenClose' | 'refuseSubscriptions' | 'swallow'> => {
  const answerNext = (topic: string, times: number, answer: SubscriptionAnswer): void => {
    const answers = plan.answers.get(topic) ?? [];
    plan.answers.set(topic, [...answers, ...repeated(times, answer)]);
  };
  return {
    acceptThenClose: (times = 1, code = 1001) => {
      plan.acceptThenClose.push(...repeated(times, { code: code === 'reset' ? undefined : code }));
    },
    refuseSubscriptions: (topic, times = 1, refusal = { nack: true }) => {
      answerNext(topic, times, answerOf(refusal));
    },
    swallow: (topic, times = 1) => {
      answerNext(topic, times, { kind: 'none' });
    },
  };
};

const repeated = <T>(times: number, item: T): T[] => Array.from({ length: times }, () => item);

const answerOf = (refusal: SubscriptionRefusal): SubscriptionAnswer =>
  'ended' in refusal
    ? { kind: 'ended', code: refusal.ended, retryAfter: refusal.retryAfter }
    : { kind: 'nack', retryAfter: refusal.retryAfter };
