import type { Connection } from './connection.js';
import type { Listener } from './listener.js';
import type { DashboardPlan, SubscriptionAnswer } from './fault-plan.js';

/** How a subscribe is refused: by a nack, or by `ended` with this code. */
export type SubscriptionRefusal =
  { readonly nack: true; readonly retryAfter?: number } | { readonly ended: string; readonly retryAfter?: number };

/** What can go wrong. Where a `clientId` can be given, none stands for every dashboard. Durations in milliseconds. */
export interface DashboardFaults {
  /** Connections end with a TCP reset. */
  cut(clientId?: string): void;
  /** Connections end with a close frame. */
  close(code: number, reason?: string, clientId?: string): void;
  /**
   * The connections there are stay up, but nothing is read, answered or sent on them until it is switched off; what was
   * held is sent then. New connections work.
   */
  silence(on: boolean, clientId?: string): void;
  /** New connections are made, but nothing that is asked on them is answered until it is switched off, `/healthz` included. */
  silenceNew(on: boolean): void;
  /** Upgrades are refused with 503, or TCP connections are refused. The connections there are go on. */
  refuse(on: boolean, how?: 'upgrade' | 'tcp'): Promise<void>;
  /** The next upgrades are accepted and get a close frame at once, or a TCP reset where there is no code. Default: 1, 1001. */
  acceptThenClose(times?: number, code?: number | 'reset'): void;
  /** The next subscribes to the topic are refused. Default: 1, by a nack. */
  refuseSubscriptions(topic: string, times?: number, refusal?: SubscriptionRefusal): void;
  /** The next subscribes to the topic are not answered. Default: 1. */
  swallow(topic: string, times?: number): void;
  /** The next updates to every subscription of the topic are counted and not sent: a gap. Default: 1. */
  skipUpdate(topic: string, times?: number): void;
  /** No heartbeats until it is switched off. */
  holdHeartbeats(on: boolean): void;
  /** All that the server sends from now on leaves this much later, in its order. */
  latency(duration: number): void;
  /** Every subscription of the topic gets an update with this payload under the generation before its own. */
  replyToDeadGen(topic: string, payload?: unknown): void;
  /** `/healthz` answers with 503 until it is switched off. */
  failHealth(on: boolean): void;
  /** Nothing that was planned, or switched on, goes on; what was cut stays cut. */
  clearFaults(): Promise<void>;
}

const answerOf = (refusal: SubscriptionRefusal): SubscriptionAnswer =>
  'ended' in refusal
    ? { kind: 'ended', code: refusal.ended, retryAfter: refusal.retryAfter }
    : { kind: 'nack', retryAfter: refusal.retryAfter };

/** Breaks connections and writes into the plan; `heard` is called when new connections are answered again. */
export const dashboardFaults = (
  open: ReadonlySet<Connection>,
  plan: DashboardPlan,
  listener: Listener,
  heard: () => void,
): DashboardFaults => {
  const those = (clientId?: string): Connection[] =>
    [...open].filter((connection) => clientId === undefined || connection.clientId() === clientId);

  const answerNext = (topic: string, times: number, answer: SubscriptionAnswer): void => {
    const answers = plan.answers.get(topic) ?? [];
    answers.push(...Array.from({ length: times }, () => answer));
    plan.answers.set(topic, answers);
  };

  const latency = (duration: number): void => {
    plan.latency = duration;
    for (const connection of open) connection.delay(duration);
  };

  const silence = (on: boolean, clientId?: string): void => {
    for (const connection of those(clientId)) connection.silence(on);
  };

  const silenceNew = (on: boolean): void => {
    plan.ignoresRequests = on;
    if (!on) heard();
  };

  return {
    cut: (clientId) => {
      for (const connection of those(clientId)) connection.reset();
    },
    close: (code, reason = '', clientId) => {
      for (const connection of those(clientId)) connection.close(code, reason);
    },
    silence,
    silenceNew,
    refuse: async (on, how = 'upgrade') => {
      if (how === 'upgrade') plan.refusesUpgrades = on;
      else if (on) await listener.refuse();
      else await listener.open();
    },
    acceptThenClose: (times = 1, code = 1001) => {
      const step = { code: code === 'reset' ? undefined : code };
      plan.acceptThenClose.push(...Array.from({ length: times }, () => step));
    },
    refuseSubscriptions: (topic, times = 1, refusal = { nack: true }) => {
      answerNext(topic, times, answerOf(refusal));
    },
    swallow: (topic, times = 1) => {
      answerNext(topic, times, { kind: 'none' });
    },
    skipUpdate: (topic, times = 1) => {
      for (const connection of open) connection.skip(topic, times);
    },
    holdHeartbeats: (on) => {
      plan.holdsHeartbeats = on;
    },
    latency,
    replyToDeadGen: (topic, payload) => {
      for (const connection of open) connection.replyToDeadGen(topic, payload);
    },
    failHealth: (on) => {
      plan.failsHealth = on;
    },
    clearFaults: async () => {
      plan.answers.clear();
      plan.acceptThenClose.length = 0;
      plan.holdsHeartbeats = false;
      plan.refusesUpgrades = false;
      plan.failsHealth = false;
      latency(0);
      silence(false);
      silenceNew(false);
      await listener.open();
    },
  };
};
