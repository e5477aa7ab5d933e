import type { Observable, SchedulerLike } from 'rxjs';
import type { Keystore } from '../certificates/keystore.js';
import type { Overflow } from '../delivery/send-options.js';
import type { OnStoreFailure } from '../delivery/write-ahead.js';
import type { Diagnostics } from '../observability/diagnostics.js';
import type { MetricsSink } from '../observability/metrics-sink.js';
import type { MessageLog } from '../observability/types.js';
import type { Backoff } from '../operators/backoff.js';
import type { UnitMessageType } from '../protocol/message-types.js';
import type { AnyStore } from '../store/types.js';
import type { ProxyOption } from '../transport/proxy.js';
import type { Credentials, TrustAnchors, Transport } from '../transport/types.js';

/** Options of `connectUnit`. */
export interface UnitOptions {
  /** The system id of the unit. It goes into every message, and only messages to it are read. */
  readonly systemId: string;
  /**
   * Certificate, key and CA, or a stream of them, which is subscribed for each attempt to connect: `fileCredentials(files)`.
   * A further value of the stream makes the unit reconnect. With a keystore `{ ca }` is enough.
   */
  readonly credentials: Credentials | Observable<Credentials> | TrustAnchors | Observable<TrustAnchors>;
  /**
   * The keystore of the unit: `fileKeystore(directory)`. The unit then renews its certificates when the cloud asks for it, and
   * connects with the online certificate of the main node. Until there is one, the `credentials` are used and imported; after
   * that `{ ca }` is enough.
   *
   * @defaultValue none: the app answers the cloud
   */
  readonly keystore?: Keystore | undefined;
  /** The id of the node that the unit runs on. Required with a keystore. */
  readonly mainNode?: string | undefined;
  /** The URL of service discovery that is asked if the certificate names no cloud or none that answers. */
  readonly discoveryUrl?: string | undefined;
  /** The URL of service discovery that is asked instead of all others. */
  readonly overrideDiscoveryUrl?: string | undefined;
  /**
   * True to connect with further credentials, such as a renewed certificate, while the open connection goes on. The unit moves
   * over once the new connection has brought a message or lasted for `stableAfter`, and only then closes the old one with
   * 1000. Only for clouds that allow a unit two sessions.
   *
   * @defaultValue false, which suits every cloud: the old connection is closed first, as the specification has it
   */
  readonly makeBeforeBreak?: boolean | undefined;
  /**
   * The waits between attempts to connect. `fleet` adds jitter, for many units behind one cloud.
   *
   * @defaultValue `aos`: the specification's 0, 1, 2, 4, 8 s
   */
  readonly backoff?: 'aos' | 'fleet' | Backoff | undefined;
  /**
   * The longest time from the write of a message to its ack, in milliseconds.
   *
   * @defaultValue 10 s (`cloudResponseWaitTimeout`)
   */
  readonly ackTimeout?: number | undefined;
  /**
   * The number of times that a message without ack is sent again.
   *
   * @defaultValue 3 (specification)
   */
  readonly maxRetries?: number | undefined;
  /**
   * The deadline of name resolution, TCP, TLS and upgrade together, and that of a discovery request, in milliseconds.
   *
   * @defaultValue 30 s
   */
  readonly connectTimeout?: number | undefined;
  /**
   * The longest time in which the network takes no byte of what was written, in milliseconds.
   *
   * @defaultValue 30 s
   */
  readonly sendTimeout?: number | undefined;
  /**
   * The age at which a connection counts as a success, in milliseconds. Of younger ones in a row only the first does, if it
   * brought a message.
   *
   * @defaultValue 5 s
   */
  readonly stableAfter?: number | undefined;
  /**
   * The number of ping intervals of the cloud after which a silent link is suspect.
   *
   * @defaultValue 2.5
   */
  readonly silenceFactor?: number | undefined;
  /**
   * The time that a suspect link has to show a sign of life, in milliseconds.
   *
   * @defaultValue 5 s
   */
  readonly pongTimeout?: number | undefined;
  /**
   * The interval of pings that the unit sends of its own accord, in milliseconds: for a balancer that cuts links on which
   * nothing is said. A link on which no byte comes within `pongTimeout` of a ping is dead.
   *
   * @defaultValue none: only a suspect link is pinged
   */
  readonly pingInterval?: number | undefined;
  /**
   * The proxy that discovery and WebSocket go through, by CONNECT: its URL, with user name and password if need be, or
   * `{ url, token, ca }`. False for none. Of no effect with a `transport`, which has an option of its own.
   *
   * @defaultValue that of `HTTPS_PROXY`, unless `NO_PROXY` excludes the host
   */
  readonly proxy?: ProxyOption | undefined;
  /**
   * The number of messages that may wait for their ack at a time.
   *
   * @defaultValue 256
   */
  readonly maxInFlight?: number | undefined;
  /**
   * The number of messages that are sent per second, repeated ones included and acks not; up to one second's worth is saved
   * up.
   *
   * @defaultValue no limit
   */
  readonly rate?: number | undefined;
  /**
   * The number of undelivered messages that are held.
   *
   * @defaultValue 10,000
   */
  readonly maxQueued?: number | undefined;
  /**
   * The size of all undelivered messages that are held, in bytes.
   *
   * @defaultValue 64 MiB
   */
  readonly maxQueuedBytes?: number | undefined;
  /**
   * The largest message that is sent, in bytes.
   *
   * @defaultValue 4 MiB, or `maxQueuedBytes` if that is less
   */
  readonly maxMessageBytes?: number | undefined;
  /**
   * The rule for a message that finds the queue full, for all types or by type.
   *
   * @defaultValue `reject`
   */
  readonly overflow?: Overflow | Readonly<Partial<Record<UnitMessageType, Overflow>>> | undefined;
  /**
   * The store that keeps messages until the cloud has acknowledged them, so that they outlive the process: `fileStore(path)`.
   *
   * @defaultValue none: they are in memory only
   */
  readonly store?: AnyStore | undefined;
  /**
   * Returns true for the types of messages that are kept in the store, of those that expect an ack.
   *
   * @defaultValue all
   */
  readonly keep?: ((messageType: UnitMessageType) => boolean) | undefined;
  /**
   * The rule for a message that the store cannot keep: `refuse` drops it, `continue` holds it in memory.
   *
   * @defaultValue `refuse`
   */
  readonly onStoreFailure?: OnStoreFailure | undefined;
  /**
   * Logs every frame that goes out or comes in: `fileMessageLog(path)`.
   *
   * @defaultValue none
   */
  readonly messageLog?: MessageLog | undefined;
  /**
   * Takes the measurements: `memoryMetrics()`, `otelMetrics(meter)`, `promMetrics(registry)`. Several units may share one.
   *
   * @defaultValue none: nothing is measured
   */
  readonly metrics?: MetricsSink | undefined;
  /**
   * The largest frame that is read, in bytes.
   *
   * @defaultValue 4 MiB
   */
  readonly maxPayload?: number | undefined;
  /**
   * The number of handlers that run at a time.
   *
   * @defaultValue 4 (specification)
   */
  readonly concurrency?: number | undefined;
  /**
   * The number of messages that may wait for a handler or be handled before reading pauses, until half of them are left, for a
   * quarter of a second at most.
   *
   * @defaultValue 256
   */
  readonly maxUnhandled?: number | undefined;
  /**
   * The size of the messages that may wait for a handler or be handled, in bytes. One type may have as much as is still free,
   * and one message in any case; a message that finds no room is not acked, so the cloud sends it again.
   *
   * @defaultValue 32 MiB
   */
  readonly maxUnhandledBytes?: number | undefined;
  /**
   * The longest time that a handler may take, in milliseconds; then the next message of its type is handled. `Infinity` for no
   * limit.
   *
   * @defaultValue 5 min
   */
  readonly handlerTimeout?: number | undefined;
  /**
   * True to allow URLs without TLS, for tests on one machine only: everything, the token included, is sent in clear.
   *
   * @defaultValue false
   */
  readonly allowInsecure?: boolean | undefined;
  /**
   * True to connect at the end of the tick that makes the unit, false to wait for `start()`.
   *
   * @defaultValue true
   */
  readonly autoStart?: boolean | undefined;
  /**
   * The notices that the unit gives by itself, of what nobody may have subscribed to.
   *
   * @defaultValue `NODE_DEBUG=unitlink` writes each state and its cause to stderr; and `process.emitWarning` warns once of a
   * connection that cannot be made while nobody has subscribed to `state$` (`UNITLINK_OFFLINE`), and once of what `failure$`
   * emits (`UNITLINK_FAILURE`)
   */
  readonly diagnostics?: Diagnostics | undefined;
  /**
   * Everything that reaches the network.
   *
   * @defaultValue node-fetch and ws
   */
  readonly transport?: Transport | undefined;
  /**
   * The scheduler of all timers of the unit.
   *
   * @defaultValue the event loop's timers and a clock that never jumps
   */
  readonly scheduler?: SchedulerLike | undefined;
  /**
   * Returns the time since the machine started, its sleep included, in milliseconds: a `ttl` goes on while the machine sleeps,
   * whatever the wall clock says.
   *
   * @defaultValue the uptime of the operating system, or the clock of `scheduler` if that is given
   */
  readonly uptime?: (() => number) | undefined;
  /**
   * Returns the wall clock, in milliseconds since 1970.
   *
   * @defaultValue `Date.now`
   */
  readonly now?: (() => number) | undefined;
  /**
   * Returns the txn of the next message.
   *
   * @defaultValue a UUID v4
   */
  readonly newId?: (() => string) | undefined;
  /**
   * Returns random numbers from 0 to 1.
   *
   * @defaultValue `Math.random`
   */
  readonly random?: (() => number) | undefined;
}
