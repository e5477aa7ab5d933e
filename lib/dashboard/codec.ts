import type { DashboardData, ServerData } from '../protocol/subscription/messages.js';

/** What a dashboard reads, in the terms of the subscription profile, whatever it is on the wire. */
export type ServerMessage = ServerData<
  'welcome' | 'snapshot' | 'resumed' | 'update' | 'heartbeat' | 'ping' | 'pong' | 'ended' | 'goaway'
>;

/** What a dashboard says, in the same terms. */
export type DashboardMessage = DashboardData<'subscribe' | 'unsubscribe' | 'ping' | 'pong' | 'linkReport'>;

/** How the subscription profile is written on one link. */
export interface Wire {
  /** The first frame. */
  readonly hello: (token: string | undefined, lastSession: string | undefined) => string;
  /** The frame of a message; undefined where the protocol has none for it. */
  readonly write: (message: DashboardMessage) => string | undefined;
  /** What a frame says; undefined where it says nothing, or nothing that can be read. */
  readonly read: (frame: string) => ServerMessage | undefined;
}

/** A protocol that carries subscriptions. */
export interface SubscriptionCodec {
  /** The WebSocket subprotocols that are asked for. */
  readonly subprotocols: readonly string[];
  /** Made anew for each link, as a protocol may count or remember. */
  readonly wire: (options: { readonly clientId: string; readonly now: () => number }) => Wire;
}
