import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SecureContextOptions } from 'node:tls';
import type { Observable } from 'rxjs';
import type { Delivery } from '../../delivery/outgoing-message.js';
import type { MetricsSink } from '../../observability/metrics-sink.js';
import type { CloudData } from '../../protocol/messages.js';
import type { DashboardLog } from '../log.js';
import type { DiscoveryDecision } from './discovery-answers.js';
import type { UnitMessage } from './inbox.js';
import type { SecondSession } from './sessions.js';
import type { UnitDrainOptions } from './unit-drain.js';

/** Options of `serveUnits`. */
export interface UnitServerOptions {
  /** The certificate and private key of the server, and the authority of the certificates of units; PEM. */
  readonly tls: Pick<SecureContextOptions, 'cert' | 'key' | 'ca'>;
  /**
   * The address to listen on.
   *
   * @defaultValue `127.0.0.1`
   */
  readonly host?: string;
  /**
   * The port of service discovery.
   *
   * @defaultValue any free one
   */
  readonly discoveryPort?: number;
  /**
   * The port of the WebSocket endpoint.
   *
   * @defaultValue any free one
   */
  readonly port?: number;
  /**
   * The URLs that discovery answers with.
   *
   * @defaultValue the endpoint of this server
   */
  readonly endpoints?: readonly string[];
  /**
   * Decides about a unit that asks where to connect. One that throws is answered with 503.
   *
   * @defaultValue every unit may connect, by an `errorCode` of 0
   */
  readonly discover?: (systemId: string) => DiscoveryDecision | Promise<DiscoveryDecision>;
  /**
   * True if a unit with this common name in its certificate may connect and send under this system id. Others get the
   * `errorCode` −1 from discovery, 401 with the token of another unit, and 1008 for a message of another unit.
   *
   * @defaultValue true if both are equal
   */
  readonly belongs?: (systemId: string, commonName: string) => boolean;
  /**
   * The secret by which bearer tokens are signed and checked; servers that share it accept each other's.
   *
   * @defaultValue a random one
   */
  readonly secret?: string;
  /**
   * The life of a bearer token, in milliseconds; a connection outlives its token.
   *
   * @defaultValue 3,600,000
   */
  readonly tokenLife?: number;
  /**
   * The log that messages are in before they are acknowledged.
   *
   * @defaultValue a `memoryLog` of its own, which does not outlive the process
   */
  readonly log?: DashboardLog;
  /**
   * Names the messages of this server in the log; the same after a restart, and another one for each server.
   *
   * @defaultValue `units`
   */
  readonly serverId?: string;
  /**
   * The most bytes of messages that are in the log and not handled; beyond it units are asked to send again.
   *
   * @defaultValue 32 MiB
   */
  readonly maxUnhandled?: number;
  /**
   * The wait that a unit is asked for while its message cannot be kept, in milliseconds.
   *
   * @defaultValue 1,000
   */
  readonly retryAfter?: number;
  /**
   * The interval between pings, in milliseconds; 0 for no pings.
   *
   * @defaultValue 15,000
   */
  readonly pingInterval?: number;
  /**
   * The reaction to a second session of a unit: both stay open, the upgrade is refused with 409, or the earlier one is
   * closed with 1008.
   *
   * @defaultValue `replace`
   */
  readonly secondSession?: SecondSession;
  /**
   * The time a unit has to acknowledge a message, in milliseconds.
   *
   * @defaultValue 10,000
   */
  readonly ackTimeout?: number;
  /**
   * The number of times that a message is sent again without an ack before it is dropped.
   *
   * @defaultValue 3
   */
  readonly maxRetries?: number;
  /**
   * The most bytes of messages that wait for one unit.
   *
   * @defaultValue 4 MiB
   */
  readonly maxQueued?: number;
  /**
   * Takes what is measured: `unitlink.server.*`.
   *
   * @defaultValue nothing is measured
   */
  readonly metrics?: MetricsSink;
  /**
   * Called with errors of the log for which messages were not kept.
   *
   * @defaultValue they are ignored
   */
  readonly onError?: (error: unknown) => void;
  /**
   * Returns the time in milliseconds since 1970.
   *
   * @defaultValue `Date.now`
   */
  readonly now?: () => number;
}

/** A unit that is connected. */
export interface ConnectedUnit {
  /** The unit. */
  readonly systemId: string;
  /** The time since which it is connected, in milliseconds since 1970. */
  readonly since: number;
  /** The serial of its certificate, in upper-case hex. */
  readonly serial: string;
}

/** A running server of units. */
export interface UnitServer extends AsyncDisposable {
  /** The URL of service discovery. */
  readonly discoveryUrl: string;
  /** The WebSocket endpoint. */
  readonly url: string;
  /**
   * Emits each message that is in the log and was not handled, those of an earlier run first, then those that come. It has
   * one subscriber at a time. While too much is not marked as `done`, units are asked to send again later.
   */
  readonly message$: Observable<UnitMessage>;
  /** Emits the units that are connected to this process, by system id, now and with each change. */
  readonly units$: Observable<ReadonlyMap<string, ConnectedUnit>>;
  /**
   * Sends a message to a unit, at least once while this process lives: now, or when the unit connects, to this server or to
   * another one that shares its log.
   *
   * @param systemId - The unit
   * @param data - The data of the message
   * @returns The delivery, the same as that of a unit
   * @throws `QueueFullError` if too much waits for the unit
   */
  readonly send: (systemId: string, data: CloudData) => Delivery;
  /**
   * Answers `/healthz`: with 200, and with 503 from the beginning of a drain. For a server of the app, since load balancers have
   * no client certificate, which both ports of this server require.
   *
   * @returns True if it answers the request, false if that is left to the app
   */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => boolean;
  /**
   * Sends all units elsewhere: answers health checks and upgrades with 503 and discovery with other servers, and closes the
   * sessions with 1012, one by one, each once what it sent is answered. An app with `endpoints` or `connectionInfo` of its own
   * keeps those in discovery.
   *
   * @param options - See {@link UnitDrainOptions}; all are optional
   * @returns Settles when no unit is connected
   */
  readonly drain: (options?: UnitDrainOptions) => Promise<void>;
  /**
   * Ends all sessions. The log stays open.
   *
   * @returns Settles when no socket, timer or listener is left, and what was handled is noted in the log
   */
  readonly stop: () => Promise<void>;
}
