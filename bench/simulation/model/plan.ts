/** Something that goes wrong at a moment of a simulation; times in milliseconds. */
export interface Fault {
  readonly at: number;
  readonly kind: FaultKind;
  /** The duration, for faults that last. */
  readonly duration: number;
  /** The variant of its kind, from 0 to 1. */
  readonly variant: number;
}

/** The kind of a fault. */
export type FaultKind =
  /** Both sides learn of the end of the connection, and what was under way is lost. */
  | 'reset'
  /** The cloud sends a close frame. */
  | 'close'
  /** The link carries nothing for a while, and then all at once. */
  | 'silence'
  /** The link carries nothing any more, one way or both. */
  | 'blackhole'
  /** The cloud knows nothing of the connection any more; what comes over it is answered with a reset, or not at all. */
  | 'half-open'
  /** There is no network: links carry nothing, and nothing can be opened. */
  | 'network-down'
  /** Tokens that were given out are void. */
  | 'token-expiry'
  /** Every token is void, also those that are given out. */
  | 'token-chaos'
  /** Discovery refuses, redirects, answers nonsense or nothing. */
  | 'discovery'
  /** Upgrades are refused, or not answered. */
  | 'upgrade'
  /** All sessions are lost, and nothing can be opened for a while. */
  | 'restart'
  /** Each connection is closed, or reset, right after it was accepted. */
  | 'accept-then-close'
  /** The cloud stops reading what the unit sends. */
  | 'slow-reader'
  /** The cloud handles messages and does not ack them. */
  | 'ackless'
  /** The process ends without a word, and is started again. */
  | 'crash'
  /** The app stops the unit, and starts another later. */
  | 'stop'
  /** The process stands still, or its event loop is blocked. */
  | 'freeze'
  /** The wall clock is set. */
  | 'clock-jump'
  /** The store fails. */
  | 'store'
  /** The app brings other credentials. */
  | 'credentials'
  /** The cloud sends frames that are no messages. */
  | 'garbage';

/** A message that the app sends at a moment. */
export interface PlannedMessage {
  readonly id: number;
  readonly at: number;
  readonly sendOnly?: boolean;
  readonly lane?: 'urgent' | 'bulk';
  readonly ttl?: number;
  readonly coalesceKey?: string;
  readonly keep?: boolean;
  /** The app takes it back so long after it was sent. */
  readonly withdrawAfter?: number;
  /** It is sent by a listener that is told of a connection, the first after `at`. */
  readonly onConnect?: boolean;
  /** The cloud ends the link whenever it reads it, after the healing too. */
  readonly poison?: Poison;
  /** The cloud hangs whenever it reads it, after the healing too. */
  readonly hang?: Hang;
}

/** The end of the link after a poisoned message: a close code or a reset, and the delay. */
export interface Poison {
  readonly code: number | 'reset';
  readonly late: number;
}

/** The cloud keeps the link, but reads and sends nothing more on it; or it acks all messages but this one. */
export type Hang = 'silence' | 'no ack';

/** A message that the cloud sends at a moment, again and again until it is acked. */
export interface PlannedCloudMessage {
  readonly id: number;
  readonly at: number;
  /** So many times at once. */
  readonly copies: number;
  readonly type: HandledType;
}

/** The type of a message of the cloud. */
export type HandledType = 'desiredStatus' | 'overrideEnvVars' | 'issuedUnitCertificates';

/** A handler of the app: its time, in milliseconds, and the shares, out of 1, of messages on which it fails or hangs until the healing. */
export interface PlannedHandler {
  readonly type: HandledType;
  readonly ack: 'before' | 'after';
  readonly takes: number;
  readonly fails: number;
  readonly hangs: number;
}

/** The shares, out of 1, of messages that the cloud treats in each way; the rest is acked at once. */
export interface Profile {
  readonly late: number;
  readonly nack: number;
  readonly lostAck: number;
  readonly dropped: number;
  readonly doubled: number;
}

/** The input of a run; times in milliseconds. A run follows from its plan, bit for bit. */
export interface Plan {
  readonly seed: number;
  /** The time at which all faults end. */
  readonly healAt: number;
  readonly messages: readonly PlannedMessage[];
  readonly cloudMessages: readonly PlannedCloudMessage[];
  readonly faults: readonly Fault[];
  readonly profile: Profile;
  readonly ackTimeout: number;
  readonly maxRetries: number;
  readonly connectTimeout: number;
  readonly maxInFlight: number;
  readonly maxUnhandled: number;
  readonly backoff: 'aos' | 'fleet';
  /** The `nextRequestDelay` in every discovery answer; 0 for none. */
  readonly nextRequestDelay: number;
  /** 0: the cloud sends no pings. */
  readonly pingInterval: number;
  /** One way, least and most. */
  readonly latency: readonly [least: number, most: number];
  readonly endpoints: number;
  readonly discoveryUrls: number;
  readonly store: 'none' | 'instant' | 'slow';
  readonly onStoreFailure: 'refuse' | 'continue';
  /** The connection for an ack: that of its message, or the newest of the unit. */
  readonly ackOver: 'same' | 'newest';
  /** The time the only handler of the app takes for a message of the cloud; 0 for none, and where there are `handlers`. */
  readonly handling: number;
  /** The handlers of the app; each message has to be handled by those of its type. */
  readonly handlers: readonly PlannedHandler[];
  /** So many handlers run at a time. */
  readonly concurrency: number;
  readonly handlerTimeout: number;
  /** The size of a frame that the network has not accepted yet, in bytes. */
  readonly frameWeight: number;
}
