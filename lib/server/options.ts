import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SecureContextOptions } from 'node:tls';
import type { DashboardLog, LogPosition } from './log.js';
import type { DashboardTopic } from './topic.js';

/** The result of checking a token: let in, closed with 4401, or closed with 4403. */
export type Authentication = 'ok' | 'refuse' | 'forbid';

/** Options of `serveDashboards`. */
export interface DashboardServerOptions {
  /**
   * The topics that can be subscribed to, by name.
   *
   * @defaultValue none
   */
  readonly topics?: Readonly<Record<string, DashboardTopic>>;
  /**
   * The log that keeps what is published; servers that share one resume each other's dashboards.
   *
   * @defaultValue a `memoryLog` of its own
   */
  readonly log?: DashboardLog;
  /**
   * The name of this server in `welcome` and `goaway`.
   *
   * @defaultValue a random one
   */
  readonly serverId?: string;
  /**
   * The port to listen on.
   *
   * @defaultValue any free one
   */
  readonly port?: number;
  /**
   * The address to listen on.
   *
   * @defaultValue `127.0.0.1`
   */
  readonly host?: string;
  /**
   * The certificate and private key for HTTPS and WSS.
   *
   * @defaultValue plain HTTP
   */
  readonly tls?: Pick<SecureContextOptions, 'cert' | 'key'>;
  /**
   * Checks the token of a dashboard.
   *
   * @defaultValue lets everyone in
   */
  readonly authenticate?: (token: string | undefined) => Authentication | Promise<Authentication>;
  /**
   * The interval between heartbeats, in milliseconds.
   *
   * @defaultValue 1,500
   */
  readonly heartbeat?: number;
  /**
   * The time a connection has to send `hello`, in milliseconds.
   *
   * @defaultValue 5,000
   */
  readonly helloTimeout?: number;
  /**
   * The largest number of subscriptions of one connection.
   *
   * @defaultValue 500
   */
  readonly maxSubscriptions?: number;
  /**
   * While more bytes than this wait to leave a connection, its updates are conflated or thinned.
   *
   * @defaultValue 256 KiB
   */
  readonly bufferMark?: number;
  /**
   * Answers requests other than `/healthz`, `/metrics` and `POST /reports`.
   *
   * @defaultValue answers with 404
   */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => void;
  /**
   * Returns the time in milliseconds since 1970.
   *
   * @defaultValue `Date.now`
   */
  readonly now?: () => number;
}

/** Options of `drain`. */
export interface DrainOptions {
  /**
   * The time that dashboards have to leave, in milliseconds; in the last fifth those that remain are closed.
   *
   * @defaultValue 60,000
   */
  readonly over?: number;
  /**
   * The reason in `goaway`.
   *
   * @defaultValue `drain`
   */
  readonly reason?: string;
}

/** A running server of dashboards. */
export interface DashboardServer extends AsyncDisposable {
  /** The name of this server in `welcome` and `goaway`. */
  readonly serverId: string;
  /** The URL for dashboards: `ws://127.0.0.1:…/live`. */
  readonly url: string;
  /** The origin for HTTP: `http://127.0.0.1:…`. */
  readonly origin: string;
  /** The port it listens on. */
  readonly port: number;
  /**
   * Publishes an entry to a topic.
   *
   * @param topic - The name of a topic of this server
   * @param entry - Anything that JSON can hold and the topic accepts
   * @param ts - The time of the entry in milliseconds since 1970, by default now
   * @returns The position of the entry, once it is in the log
   * @throws {@link DashboardServerError} if there is no such topic, or it does not accept the entry
   */
  readonly publish: (topic: string, entry: unknown, ts?: number) => Promise<LogPosition>;
  /**
   * Removes a row from a topic with a state.
   *
   * @param topic - The name of a topic of this server
   * @param key - The key of the row
   * @param ts - The time of the removal in milliseconds since 1970, by default now
   * @returns The position of the removal, once it is in the log
   * @throws {@link DashboardServerError} if there is no such topic, or its entries have no keys
   */
  readonly remove: (topic: string, key: string | number, ts?: number) => Promise<LogPosition>;
  /** Returns the number of connected dashboards. */
  readonly connections: () => number;
  /**
   * Sends `goaway` to every dashboard and answers health checks with 503; closes those that stay with 1012, one by one,
   * in the last fifth of the time. New dashboards are served, and sent away too.
   *
   * @returns Settles when no dashboard is connected
   */
  readonly drain: (options?: DrainOptions) => Promise<void>;
  /**
   * Closes every connection with 1001. The log stays open.
   *
   * @returns Settles when no socket, timer or listener is left
   */
  readonly stop: () => Promise<void>;
}
