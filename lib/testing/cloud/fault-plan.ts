import { createScript, type Script } from './fault-script.js';

export interface HttpAnswer {
  readonly kind: 'http';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface DiscoveryAnswer {
  readonly kind: 'answer';
  readonly errorCode: number;
  readonly nextRequestDelay: number | null | undefined;
  readonly connectionInfo: readonly string[] | undefined;
}

export type DiscoveryStep = HttpAnswer | DiscoveryAnswer | { readonly kind: 'redirect' };

export type UpgradeStep =
  | { readonly kind: 'refuse'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'drip'; readonly interval: number }
  | { readonly kind: 'close'; readonly code: number };

export type MessageStep =
  { readonly kind: 'nack'; readonly retryAfter: number | undefined } | { readonly kind: 'drop' };

/** The faults that are planned, and the values that discovery answers with. It knows no connection. */
export interface FaultPlan {
  readonly discoveries: Script<DiscoveryStep>;
  readonly upgrades: Script<UpgradeStep>;
  readonly messages: Script<MessageStep>;
  token: string;
  nextRequestDelay: number | null;
  /** The number of endpoints that refuse connections, first in `connectionInfo`. */
  deadEndpoints: number;
}

export const createFaultPlan = (token: string, nextRequestDelay: number | null): FaultPlan => ({
  discoveries: createScript(),
  upgrades: createScript(),
  messages: createScript(),
  token,
  nextRequestDelay,
  deadEndpoints: 0,
});
