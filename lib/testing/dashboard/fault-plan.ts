import type { Connection } from '../../server/connection.js';
import type { SubscriptionAnswer } from '../../server/interception.js';
import type { ServerInterception } from '../../server/open-server.js';

/** The faults to inject: `dashboardFaults` writes it, the server acts on it. */
export interface FaultPlan {
  readonly answers: Map<string, SubscriptionAnswer[]>;
  readonly acceptThenClose: { readonly code: number | undefined }[];
  /** Requests and upgrades that are held while `ignoresRequests` is true. */
  readonly held: (() => void)[];
  holdsHeartbeats: boolean;
  refusesUpgrades: boolean;
  /** True while new connections and requests are held. */
  ignoresRequests: boolean;
  failsHealth: boolean;
  latency: number;
}

/** Returns a plan without faults. */
export const createFaultPlan = (): FaultPlan => ({
  answers: new Map(),
  acceptThenClose: [],
  held: [],
  holdsHeartbeats: false,
  refusesUpgrades: false,
  ignoresRequests: false,
  failsHealth: false,
  latency: 0,
});

/** Delays what a new connection sends, and ends it at once if that is planned. */
const interfere = (connection: Connection, plan: FaultPlan): void => {
  connection.delay(plan.latency);
  const step = plan.acceptThenClose.shift();
  if (step?.code !== undefined) connection.close(step.code, '');
  else if (step !== undefined) connection.reset();
};

/** Injects the faults of a plan into a server. */
export const injectFaults = (plan: FaultPlan): Omit<ServerInterception, 'observe'> => ({
  holdsHeartbeats: () => plan.holdsHeartbeats,
  takeAnswer: (topic) => plan.answers.get(topic)?.shift(),
  refusesUpgrades: () => plan.refusesUpgrades,
  failsHealth: () => plan.failsHealth,
  admit: (handle) => {
    if (plan.ignoresRequests) plan.held.push(handle);
    else handle();
  },
  accepted: (connection) => {
    interfere(connection, plan);
  },
});
