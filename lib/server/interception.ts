import type { ServerEvent } from './server-events.js';

/** An answer to a subscribe in place of the regular one. */
export type SubscriptionAnswer =
  | { readonly kind: 'nack'; readonly retryAfter: number | undefined }
  | { readonly kind: 'ended'; readonly code: string; readonly retryAfter: number | undefined }
  | { readonly kind: 'none' };

/** The points at which tests observe connections and inject faults into them. */
export interface Interception {
  /** Called with each event. */
  readonly observe: (event: ServerEvent) => void;
  /** True while no heartbeats are sent. */
  readonly holdsHeartbeats: () => boolean;
  /** Returns the answer to the next subscribe to the topic; undefined for the regular one. */
  readonly takeAnswer: (topic: string) => SubscriptionAnswer | undefined;
}

/** Observes nothing and injects no faults. */
export const noInterception: Interception = {
  observe: () => undefined,
  holdsHeartbeats: () => false,
  takeAnswer: () => undefined,
};
