/** What the server answers to a subscribe instead of the proper answer. */
export type SubscriptionAnswer =
  | { readonly kind: 'nack'; readonly retryAfter: number | undefined }
  | { readonly kind: 'ended'; readonly code: string; readonly retryAfter: number | undefined }
  | { readonly kind: 'none' };

/** What is to go wrong: faults write it, connections act on it. */
export interface DashboardPlan {
  readonly answers: Map<string, SubscriptionAnswer[]>;
  readonly acceptThenClose: { readonly code: number | undefined }[];
  holdsHeartbeats: boolean;
  refusesUpgrades: boolean;
  /** New connections and requests wait until this is false again. */
  ignoresRequests: boolean;
  failsHealth: boolean;
  latency: number;
}

export const createPlan = (): DashboardPlan => ({
  answers: new Map(),
  acceptThenClose: [],
  holdsHeartbeats: false,
  refusesUpgrades: false,
  ignoresRequests: false,
  failsHealth: false,
  latency: 0,
});
