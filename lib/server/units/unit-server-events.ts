/** An application message as it came from a unit; nothing but the envelope was checked. */
export interface ReceivedMessage {
  /** The header of the message. */
  readonly header: {
    /** The version of the protocol. */
    readonly version: number;
    /** The unit that sent it. */
    readonly systemId: string;
    /** The time at which it was made, as on the wire. */
    readonly createdAt: string;
    /** The id of the message. */
    readonly txn: string;
  };
  /** The data of the message. */
  readonly data: { readonly messageType: string; readonly [field: string]: unknown };
}

/** The session an event belongs to. */
interface OfSession {
  /** The number of the session, counted from 1. */
  readonly session: number;
}

/** A discovery request was answered. */
export interface DiscoveryEvent {
  /** Distinguishes the event. */
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
  /** Distinguishes the event. */
  readonly kind: 'upgrade';
  /** The HTTP status of the answer. */
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
  /** Distinguishes the event. */
  readonly kind: 'handshakeFailed';
  /** The error of TLS. */
  readonly reason: string;
}

/** A session began. */
export interface OpenedEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'opened';
  /** The common name of the client certificate. */
  readonly commonName: string;
  /** The serial of the certificate of the unit. */
  readonly serial: string;
}

/** A session is over. */
export interface ClosedEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'closed';
  /** 1006 when there was no close frame. */
  readonly code: number;
  /** The reason in the close frame. */
  readonly reason: string;
}

/** A unit sent a message other than `ack` and `nack`. */
export interface ReceivedEvent extends OfSession, ReceivedMessage {
  /** Distinguishes the event. */
  readonly kind: 'message';
  /** True if its txn came before, among at least the last 100,000. */
  readonly duplicate: boolean;
}

/** The server dealt with a message of a unit: acknowledged it, refused it for now, or kept silent. */
export interface AnsweredEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'answered';
  /** The id of the message. */
  readonly txn: string;
  /** The answer; `none` if there is none. */
  readonly answer: 'ack' | 'nack' | 'none';
}

/** A unit acknowledged a message. */
export interface AckEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'ack';
  /** The id of the message. */
  readonly txn: string;
}

/** A unit refused a message, which the protocol does not foresee. */
export interface NackEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'nack';
  /** The id of the message. */
  readonly txn: string;
}

/** A unit sent a ping, or answered one. */
export interface PingEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'ping' | 'pong';
  /** The payload as UTF-8. */
  readonly payload: string;
}

/** A unit sent something that is no message; it was not answered. */
export interface UnreadableEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'unreadable';
  /** The reason why it cannot be read. */
  readonly reason: string;
}

/** Anything that a server of units observes; `kind` distinguishes the cases. */
export type UnitServerEvent =
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
  | UnreadableEvent;
