import type { DashboardData, ServerData } from '../../protocol/subscription/messages.js';

/** A message to a dashboard in the terms of the subscription profile, independent of the wire format. */
export type ServerMessage =
  | ServerData<'snapshot' | 'resumed' | 'update' | 'heartbeat' | 'renew' | 'ping' | 'pong' | 'ended' | 'goaway'>
  | Welcome;

/** The link is live from here on; not every protocol says of whom. */
export interface Welcome {
  /** Tells this message from the others. */
  readonly messageType: 'welcome';
  /** The id of the session, which the next `hello` names. */
  readonly sessionId?: string | undefined;
  /** The id of the server. */
  readonly serverId?: string | undefined;
  /** Between two heartbeats, in milliseconds; undefined where none are promised. */
  readonly heartbeatMs?: number | undefined;
  /** The time of the server, in milliseconds since 1970, where that is known. */
  readonly ts?: number | undefined;
}

/** A message of a dashboard in the same terms. */
export type DashboardMessage = DashboardData<'subscribe' | 'unsubscribe' | 'ping' | 'pong' | 'linkReport'>;

/** One subscribe of a subscription. */
export interface Generation {
  /** The id of the subscription, the same on every link. */
  readonly subId: string;
  /** The number of the subscribe, one more each time. */
  readonly gen: number;
}

/** A message that does not fit the protocol. */
export interface Misfit {
  /** Tells this message from the others. */
  readonly messageType: 'misfit';
  /** The member: `snapshot/asOf`. */
  readonly path: string;
  /** The subscription that it concerns, where that can be read. */
  readonly subId?: string | undefined;
  /** The subscribe that it concerns; undefined for the current one. */
  readonly gen?: number | undefined;
  /** The error that code of the app threw at the message. */
  readonly cause?: unknown;
}

/** Writes and reads the subscription profile on one link. */
export interface Wire {
  /** The first frame, and the answer to `renew`. */
  readonly hello: (token: string | undefined, lastSession: string | undefined) => string;
  /** The frames of a message, one after the other; none where the protocol has no word for it. */
  readonly write: (message: DashboardMessage) => readonly string[];
  /** Reads a frame; undefined if it does not concern a page. */
  readonly read: (frame: string) => ServerMessage | Misfit | undefined;
  /** Finds the subscription of a frame that is too long to be read, by its first 1,000 characters. */
  readonly about: (beginning: string) => Generation | undefined;
  /** True if the server answers each subscribe in time, so that silence means a loss. */
  readonly answers: boolean;
}

/** A protocol that carries subscriptions. */
export interface SubscriptionCodec {
  /** The WebSocket subprotocols that are asked for. */
  readonly subprotocols: readonly string[];
  /** Made for each link, as a protocol may count or remember. */
  readonly wire: (options: { readonly clientId: string; readonly now: () => number }) => Wire;
}
