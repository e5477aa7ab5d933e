/** An application message as it came from a unit; nothing but the envelope was checked. */
export interface ReceivedMessage {
  readonly header: {
    readonly version: number;
    readonly systemId: string;
    readonly createdAt: string;
    readonly txn: string;
  };
  readonly data: { readonly messageType: string; readonly [field: string]: unknown };
}

/** The session an event belongs to. */
interface OfSession {
  /** The number of the session, counted from 1. */
  readonly session: number;
}

/** A discovery request was answered. */
export interface DiscoveryEvent {
  readonly kind: 'discovery';
  /** The path that was asked for. */
  readonly path: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The `errorCode` of the answer, where it has one. */
  readonly errorCode: number | undefined;
  /** As the request gave it, where it could be read. */
  readonly systemId: string | undefined;
  /** The serial of the client certificate, upper-case hex. */
  readonly serial: string;
}

/** An upgrade was accepted (status 101) or refused (any other). */
export interface UpgradeEvent {
  readonly kind: 'upgrade';
  readonly status: number;
  /** True if the bearer token was the valid one. */
  readonly tokenValid: boolean;
  /** The serial of the client certificate, upper-case hex. */
  readonly serial: string;
  /** True if TLS resumed an earlier session; `serial` is then the one shown in that session. */
  readonly resumed: boolean;
}

/** A TLS handshake failed: no client certificate, one that is not trusted, or a client that went away. */
export interface HandshakeFailedEvent {
  readonly kind: 'handshakeFailed';
  readonly reason: string;
}

/** A session began. */
export interface OpenedEvent extends OfSession {
  readonly kind: 'opened';
  /** The common name of the client certificate. */
  readonly commonName: string;
  readonly serial: string;
}

/** A session is over. */
export interface ClosedEvent extends OfSession {
  readonly kind: 'closed';
  /** 1006 when there was no close frame. */
  readonly code: number;
  readonly reason: string;
}

/** A unit sent a message other than `ack` and `nack`. */
export interface ReceivedEvent extends OfSession, ReceivedMessage {
  readonly kind: 'message';
  /** True if its txn came before, among at least the last 100,000. */
  readonly duplicate: boolean;
}

/** The cloud dealt with a message of a unit: acknowledged it, refused it for now, or kept silent. */
export interface AnsweredEvent extends OfSession {
  readonly kind: 'answered';
  readonly txn: string;
  readonly answer: 'ack' | 'nack' | 'none';
}

/** A unit acknowledged a message of the cloud. */
export interface AckEvent extends OfSession {
  readonly kind: 'ack';
  readonly txn: string;
}

/** A unit refused a message of the cloud, which the protocol does not foresee. */
export interface NackEvent extends OfSession {
  readonly kind: 'nack';
  readonly txn: string;
}

/** A unit sent a ping, or answered one. */
export interface PingEvent extends OfSession {
  readonly kind: 'ping' | 'pong';
  /** The payload as UTF-8. */
  readonly payload: string;
}

/** A unit sent something that is no message; it was not answered. */
export interface UnreadableEvent extends OfSession {
  readonly kind: 'unreadable';
  readonly reason: string;
}

/** Both ports stopped listening, or listen again. */
export interface OutageEvent {
  readonly kind: 'outage' | 'restored';
}

/** An outage of given length was to end, but a port had been taken meanwhile; `restore()` tries again. */
export interface RestoreFailedEvent {
  readonly kind: 'restoreFailed';
  readonly reason: string;
}

/** Anything the cloud saw or did; tell one from another by `kind`. */
export type CloudEvent = CloudEventBody & {
  /** The time in milliseconds since the cloud started, on a clock that never jumps. */
  readonly at: number;
};

/** An event without its time. */
export type CloudEventBody =
  | DiscoveryEvent
  | UpgradeEvent
  | HandshakeFailedEvent
  | OpenedEvent
  | ClosedEvent
  | ReceivedEvent
  | AnsweredEvent
  | AckEvent
  | NackEvent
  | PingEvent
  | UnreadableEvent
  | OutageEvent
  | RestoreFailedEvent;
