import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { Authenticate, Authorize } from './identity.js';
import type { DashboardLog } from './log.js';
import type { MessageRate } from './message-rate.js';
import type { DashboardTopic } from './topic.js';

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
   * The server of the app to attach to: upgrades at `path` are taken, all else stays with the app, which passes on what
   * `handle` of the result is to answer. `port`, `host`, `tls` and `onRequest` have no effect then.
   *
   * @defaultValue a server of its own
   */
  readonly server?: Server | TlsServer;
  /**
   * The path of the WebSocket.
   *
   * @defaultValue `/live`
   */
  readonly path?: string;
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
   * Checks the token of a dashboard, and says whose it is.
   *
   * @defaultValue lets everyone in, as nobody
   */
  readonly authenticate?: Authenticate;
  /**
   * Decides on each subscription: `true`, `false`, or `{ params }` in place of those of the page. One that answers after
   * 5 s, or throws, refuses for now.
   *
   * @defaultValue everyone may see every topic
   */
  readonly authorize?: Authorize;
  /**
   * The origins whose pages may connect, such as `https://app.example.com`, or `any`. A page of another one gets 403, so
   * that it cannot use the cookies of its visitors.
   *
   * @defaultValue that of the server, by the `Host` of the request
   */
  readonly origins?: readonly string[] | 'any';
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
   * The largest number of subscriptions of all connections of one identity.
   *
   * @defaultValue 2,000
   */
  readonly maxSubscriptionsOfIdentity?: number;
  /**
   * The largest number of connections of one identity; a further one is closed with 4403.
   *
   * @defaultValue 100
   */
  readonly maxConnectionsOfIdentity?: number;
  /**
   * The rate at which the messages of one connection are read; those beyond it wait in the network.
   *
   * @defaultValue 200 a second, and 2,000 at once
   */
  readonly messageRate?: MessageRate;
  /**
   * While more bytes than this wait to leave a connection, its updates are conflated or thinned, and its heartbeats say
   * `slow`.
   *
   * @defaultValue 256 KiB
   */
  readonly bufferMark?: number;
  /**
   * A connection that more bytes than this wait for is cut.
   *
   * @defaultValue 8 MiB
   */
  readonly maxBuffered?: number;
  /**
   * Called with errors that the server went on without: of a source that failed, of an entry that could not be used and was
   * left out, of a shared log that could not be read and is read again, of each origin whose pages were refused.
   *
   * @defaultValue those of sources and entries are only counted, the others ignored
   */
  readonly onError?: (error: unknown) => void;
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
