import type { DashboardData, ServerData } from '../../protocol/subscription/messages.js';

/** What a dashboard reads, in the terms of the subscription profile, whatever it is on the wire. */
export type ServerMessage =
  ServerData<'snapshot' | 'resumed' | 'update' | 'heartbeat' | 'ping' | 'pong' | 'ended' | 'goaway'> | Welcome;

/** The link is live from here on; not every protocol says of whom. */
export interface Welcome {
  readonly messageType: 'welcome';
  readonly sessionId?: string | undefined;
  readonly serverId?: string | undefined;
  /** Between two heartbeats, in milliseconds; undefined where none are promised. */
  readonly heartbeatMs?: number | undefined;
  /** The time of the server, in milliseconds since 1970, where that is known. */
  readonly ts?: number | undefined;
}

/** What a dashboard says, in the same terms. */
export type DashboardMessage = DashboardData<'subscribe' | 'unsubscribe' | 'ping' | 'pong' | 'linkReport'>;

/** One subscribe of a subscription. */
export interface Generation {
  readonly subId: string;
  readonly gen: number;
}

/** What came does not fit the protocol. */
export interface Misfit {
  readonly messageType: 'misfit';
  /** The member: `snapshot/asOf`. */
  readonly path: string;
  /** The subscription that it concerns, where that can be read. */
  readonly subId?: string | undefined;
  /** Undefined: the one that there is. */
  readonly gen?: number | undefined;
  /** What code of the app threw when it was given that. */
  readonly cause?: unknown;
}

/** How the subscription profile is written on one link. */
export interface Wire {
  /** The first frame. */
  readonly hello: (token: string | undefined, lastSession: string | undefined) => string;
  /** The frames of a message, one after the other; none where the protocol has no word for it. */
  readonly write: (message: DashboardMessage) => readonly string[];
  /** What a frame says; undefined where it says nothing that concerns a page. */
  readonly read: (frame: string) => ServerMessage | Misfit | undefined;
  /** What a frame is about that is too long to be read, by its first 1,000 characters. */
  readonly about: (beginning: string) => Generation | undefined;
  /** Whether a server answers each subscribe in time, so that silence means that one of the two was lost. */
  readonly answers: boolean;
}

/** A protocol that carries subscriptions. */
export interface SubscriptionCodec {
  /** The WebSocket subprotocols that are asked for. */
  readonly subprotocols: readonly string[];
  /** Made anew for each link, as a protocol may count or remember. */
  readonly wire: (options: { readonly clientId: string; readonly now: () => number }) => Wire;
}
