import type { UnitServerEvent } from '../../server/units/unit-server-events.js';

export type {
  ReceivedMessage,
  DiscoveryEvent,
  UpgradeEvent,
  HandshakeFailedEvent,
  OpenedEvent,
  ClosedEvent,
  ReceivedEvent,
  AnsweredEvent,
  AckEvent,
  NackEvent,
  PingEvent,
  UnreadableEvent,
  UnitServerEvent,
} from '../../server/units/unit-server-events.js';

/** Both ports stopped listening, or listen again. */
export interface OutageEvent {
  /** Distinguishes the event. */
  readonly kind: 'outage' | 'restored';
}

/** An outage of given length was to end, but a port had been taken meanwhile; `restore()` tries again. */
export interface RestoreFailedEvent {
  /** Distinguishes the event. */
  readonly kind: 'restoreFailed';
  /** The reason why a port cannot be used. */
  readonly reason: string;
}

/** Anything the cloud observed or did; `kind` distinguishes the cases. */
export type CloudEvent = CloudEventBody & {
  /** The time in milliseconds since the cloud started, on a clock that never jumps. */
  readonly at: number;
};

/** An event without its time. */
export type CloudEventBody = UnitServerEvent | OutageEvent | RestoreFailedEvent;
