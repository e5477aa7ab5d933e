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
import type { Credentials, TrustAnchors, Transport } from '../transport/types.js';

/** What `connectUnit` takes. Times in milliseconds. */
export interface UnitOptions {
  /** The unit's system id: it goes into every message, and only messages to it are read. */
  readonly systemId: string;
  /** Certificate, key and CA, or a stream of them: it is subscribed anew for each attempt, and a further value makes the unit connect anew. With a keystore `{ ca }` is enough. */
  readonly credentials: Credentials | Observable<Credentials> | TrustAnchors | Observable<TrustAnchors>;
  /**
   * Where the keys and certificates of the unit are kept: `fileKeystore(directory)`. The unit then renews them when the
   * cloud asks for it, and connects with the online certificate of the main node; `credentials` may be `{ ca }` alone
   * once there is one, and is taken into the keystore before. Default: none, and the app answers the cloud.
   */
  readonly keystore?: Keystore | undefined;
  /** The id of the node that the unit runs on. Required with a keystore. */
  readonly mainNode?: string | undefined;
  /** Where service discovery is asked when the certificate names no cloud or none that answers. */
  readonly discoveryUrl?: string | undefined;
  /** Where service discovery is asked instead of everything else. */
  readonly overrideDiscoveryUrl?: string | undefined;
  /**
   * Further credentials, a renewed certificate among them, are put to use by make before break: the unit connects with
   * them beside the open connection, moves over once the new one has brought a message or lived for `stableAfter`, and
   * only then closes the old one with 1000. Only for clouds that allow a unit two sessions. Default false, which suits
   * every cloud: the old connection is closed first, as the specification has it.
   */
  readonly makeBeforeBreak?: boolean | undefined;
  /** Default `aos`: the specification's 0, 1, 2, 4, 8 s. `fleet` adds jitter, for many units behind one cloud. */
  readonly backoff?: 'aos' | 'fleet' | Backoff | undefined;
  /** How long an ack may take from the write. Default 10 s (`cloudResponseWaitTimeout`). */
  readonly ackTimeout?: number | undefined;
  /** How often a message without ack is sent again. Default 3 (specification). */
  readonly maxRetries?: number | undefined;
  /** One deadline over name, TCP, TLS and upgrade, and one over a discovery request. Default 30 s. */
  readonly connectTimeout?: number | undefined;
  /** How long the network may take no byte of what was written. Default 30 s. */
  readonly sendTimeout?: number | undefined;
  /** The age at which a connection counts as a success. Of younger ones in a row only the first does, if it brought a message. Default 5 s. */
  readonly stableAfter?: number | undefined;
  /** Silence of this many ping intervals of the cloud makes the link suspect. Default 2.5. */
  readonly silenceFactor?: number | undefined;
  /** How long a suspect link has to show a sign of life. Default 5 s. */
  readonly pongTimeout?: number | undefined;
  /** How many messages may wait for their ack at a time. Default 256. */
  readonly maxInFlight?: number | undefined;
  /**
   * How many messages a second are sent, repeated ones included and acks not; up to one second's worth is saved up.
   * Default: no limit.
   */
  readonly rate?: number | undefined;
  /** How many undelivered messages are held. Default 10,000. */
  readonly maxQueued?: number | undefined;
  /** How many bytes of undelivered messages are held. Default 64 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** The largest message that is sent, in bytes. Default 4 MiB, or `maxQueuedBytes` where that is less. */
  readonly maxMessageBytes?: number | undefined;
  /** What happens to a message that finds the queue full, for all types or by type. Default `reject`. */
  readonly overflow?: Overflow | Readonly<Partial<Record<UnitMessageType, Overflow>>> | undefined;
  /**
   * Where messages are kept until the cloud has acknowledged them, so that they outlive the process: `fileStore(path)`.
   * Default: nowhere but in memory.
   */
  readonly store?: AnyStore | undefined;
  /** Which messages that expect an ack are kept in the store, by type. Default: all. */
  readonly keep?: ((messageType: UnitMessageType) => boolean) | undefined;
  /** What becomes of a message that the store cannot keep: `refuse` (default) drops it, `continue` holds it in memory. */
  readonly onStoreFailure?: OnStoreFailure | undefined;
  /** Takes every frame that goes out or comes in: `fileMessageLog(path)`. Default: none. */
  readonly messageLog?: MessageLog | undefined;
  /**
   * Takes what is measured: `memoryMetrics()`, `otelMetrics(meter)`, `promMetrics(registry)`. Several units may share
   * one. Default: nothing is measured.
   */
  readonly metrics?: MetricsSink | undefined;
  /** The largest frame that is read, in bytes. Default 4 MiB. */
  readonly maxPayload?: number | undefined;
  /** How many handlers run at a time. Default 4 (specification). */
  readonly concurrency?: number | undefined;
  /**
   * With more messages than this that wait for a handler or are being handled, nothing more is read until half of them
   * are left, for a quarter of a second at most. Default 256.
   */
  readonly maxUnhandled?: number | undefined;
  /**
   * How many bytes of messages may wait for a handler or be handled. One type may have as much as is still free, and one
   * message in any case; a message that finds no room is not acked, and comes again. Default 32 MiB.
   */
  readonly maxUnhandledBytes?: number | undefined;
  /** How long a handler may take, in milliseconds; then the next message of its type is handled. `Infinity` for no limit. Default 5 min. */
  readonly handlerTimeout?: number | undefined;
  /** Allow URLs without TLS. For tests on one machine only: everything, the token included, goes in clear. Default false. */
  readonly allowInsecure?: boolean | undefined;
  /** Connect without being told to by `start()`. Default true: at the end of the tick. */
  readonly autoStart?: boolean | undefined;
  /**
   * Where the unit says by itself what nobody may have subscribed to. Default: `NODE_DEBUG=unitlink` writes each state and
   * its cause to stderr; and `process.emitWarning` warns once of a connection that cannot be had while nobody has
   * subscribed to `state$` (`UNITLINK_OFFLINE`), and once of what `failure$` tells (`UNITLINK_FAILURE`).
   */
  readonly diagnostics?: Diagnostics | undefined;
  /** What reaches the network. Default: node-fetch and ws. */
  readonly transport?: Transport | undefined;
  /** Every timer of the unit. Default: the event loop's timers and a clock that never jumps. */
  readonly scheduler?: SchedulerLike | undefined;
  /**
   * How long the machine has been up, its sleep included, in milliseconds: a `ttl` goes on while the machine sleeps, whatever
   * the wall clock says. Default: what the operating system says, or the clock of `scheduler` where that is given.
   */
  readonly uptime?: (() => number) | undefined;
  /** The wall clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** The txn of each message. Default: a UUID v4. */
  readonly newId?: (() => string) | undefined;
  /** Random numbers from 0 to 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}
