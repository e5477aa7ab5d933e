import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SecureContextOptions } from 'node:tls';
import type { DashboardLog } from './log.js';
import type { DashboardTopic } from './topic.js';

/** What becomes of a dashboard that brought this token: let in, closed with 4401, or closed with 4403. */
export type Authentication = 'ok' | 'refuse' | 'forbid';

/** How a server for dashboards behaves. */
export interface DashboardServerOptions {
  /** What there is to subscribe to, by name. Default: nothing. */
  readonly topics?: Readonly<Record<string, DashboardTopic>>;
  /** Where what is published is kept. Default: a {@link memoryLog} of its own. */
  readonly log?: DashboardLog;
  /** What `welcome` calls this server, and `goaway` says to avoid. Default: a random one. */
  readonly serverId?: string;
  /** Default: any free one. */
  readonly port?: number;
  /** Default: `127.0.0.1`. */
  readonly host?: string;
  /** A certificate and its private key, for HTTPS and WSS. Default: plain HTTP. */
  readonly tls?: Pick<SecureContextOptions, 'cert' | 'key'>;
  /** Default: everyone is let in. */
  readonly authenticate?: (token: string | undefined) => Authentication | Promise<Authentication>;
  /** How often every dashboard hears from the server, in milliseconds. Default: 1,500. */
  readonly heartbeat?: number;
  /** How long a connection may go without `hello`, in milliseconds. Default: 5,000. */
  readonly helloTimeout?: number;
  /** Of one connection. Default: 500. */
  readonly maxSubscriptions?: number;
  /** While more bytes than this wait to leave a connection, its updates are conflated or thinned. Default: 256 KiB. */
  readonly bufferMark?: number;
  /** Answers what is neither `/healthz` nor `/metrics`. Default: with 404. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}
