import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LogPosition } from './log.js';
import type { DrainOptions } from './options.js';

/** A running server of dashboards. */
export interface DashboardServer extends AsyncDisposable {
  /** The name of this server in `welcome` and `goaway`. */
  readonly serverId: string;
  /** The URL for dashboards: `ws://127.0.0.1:…/live`. */
  readonly url: string;
  /** The origin for HTTP: `http://127.0.0.1:…`. */
  readonly origin: string;
  /** The port it listens on; 0 while the server that it is attached to does not listen. */
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
  /**
   * Answers `/healthz`, `/metrics` and `POST /reports`; for a server of dashboards that is attached to one of the app.
   *
   * @returns True if it answers the request, false if that is left to the app
   */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => boolean;
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
   * Closes every connection with 1001. The log stays open, and so does a server that it is attached to.
   *
   * @returns Settles when no socket, timer or listener is left
   */
  readonly stop: () => Promise<void>;
}
