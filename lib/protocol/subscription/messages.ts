import type { FromSchema } from '../from-schema.js';
import type * as schemas from './schemas.js';

type Name = keyof typeof schemas;
type Of<Names extends Name> = { readonly [N in Names]: FromSchema<(typeof schemas)[N]> };

/** The messages that a dashboard sends, by type. */
export type DashboardMessages = Of<'hello' | 'subscribe' | 'unsubscribe' | 'ping' | 'pong' | 'linkReport'>;
/** The messages that the server of a dashboard sends, by type. */
export type ServerMessages = Of<
  | 'welcome'
  | 'snapshot'
  | 'resumed'
  | 'update'
  | 'heartbeat'
  | 'renew'
  | 'ping'
  | 'pong'
  | 'ended'
  | 'goaway'
  | 'ack'
  | 'nack'
>;

/** The body of a message that a dashboard sends. */
export type DashboardData<Type extends keyof DashboardMessages = keyof DashboardMessages> = DashboardMessages[Type];
/** The body of a message that the server of a dashboard sends. */
export type ServerData<Type extends keyof ServerMessages = keyof ServerMessages> = ServerMessages[Type];

/** The header of every message of the subscription profile. */
export interface SubscriptionHeader {
  readonly version: 7;
  /** Names the dashboard, in both directions. */
  readonly clientId: string;
  readonly createdAt?: string;
  /** Names the message: an ack or nack carries the txn of the message it answers. */
  readonly txn: string;
}

/** The value of `hello.protocol`. */
export const subscriptionProfile = 'unitlink.dashboard.1';
