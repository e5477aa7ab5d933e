import type { UnitServerEvent } from './unit-server-events.js';

/** An HTTP answer in place of a discovery response. */
export interface HttpAnswer {
  readonly kind: 'http';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A discovery response in place of the regular one. */
export interface DiscoveryAnswer {
  readonly kind: 'answer';
  readonly errorCode: number;
  readonly nextRequestDelay: number | null | undefined;
  readonly connectionInfo: readonly string[] | undefined;
}

/** An answer to a discovery request in place of the regular one; `redirect` leads through another URL of this server. */
export type DiscoveryStep = HttpAnswer | DiscoveryAnswer | { readonly kind: 'redirect' };

/** An answer to an upgrade in place of the regular one; `drip` sends it one byte each `interval` milliseconds. */
export type UpgradeStep =
  | { readonly kind: 'refuse'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'drip'; readonly interval: number }
  | { readonly kind: 'close'; readonly code: number };

/** An answer to a message in place of the regular one. */
export type MessageStep =
  { readonly kind: 'nack'; readonly retryAfter: number | undefined } | { readonly kind: 'drop' };

/** Answers in place of the regular ones, each used up once; undefined where the regular one is to be given. */
interface Steps<Step> {
  readonly next: () => Step | undefined;
}

/** Faults that tests inject into a server of units. */
export interface UnitFaults {
  readonly discoveries: Steps<DiscoveryStep>;
  readonly upgrades: Steps<UpgradeStep>;
  readonly messages: Steps<MessageStep>;
}

/** Takes each event of a server of units. */
export interface UnitRecord {
  readonly add: (event: UnitServerEvent) => void;
}

const none = { next: (): undefined => undefined };

/** No faults. */
export const noUnitFaults: UnitFaults = { discoveries: none, upgrades: none, messages: none };
