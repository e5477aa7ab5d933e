import type { DashboardData } from '../protocol/subscription/messages.js';

/** The session an event belongs to. */
interface OfSession {
  /** The session, counted from 1; 0 for a report that was posted. */
  readonly session: number;
  /** Empty before `hello`. */
  readonly clientId: string;
}

/** A WebSocket was accepted. */
export interface AcceptedEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'connection';
  /** The path and the query of the upgrade. */
  readonly url: string;
}

/** A dashboard sent `hello`. */
export interface HelloEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'hello';
  /** The subscription profile it speaks. */
  readonly protocol: string;
  /** The session it had before; undefined for the first one. */
  readonly lastSession: string | undefined;
  /** True if it sent a token. */
  readonly hasToken: boolean;
  /** The result of the authentication. */
  readonly answer: 'ok' | 'refuse' | 'forbid';
}

/** A subscribe was received. */
export interface SubscribeEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'subscribe';
  /** The id of the subscription. */
  readonly subId: string;
  /** The generation of the subscription. */
  readonly gen: number;
  /** The topic. */
  readonly topic: string;
  /** The params as received. */
  readonly params: unknown;
  /** The position to resume from; undefined where a snapshot is requested. */
  readonly resume: { readonly epoch: string; readonly offset: number } | undefined;
}

/** A subscribe was answered. */
export interface SubscribeAnswerEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'answer';
  /** The id of the subscription. */
  readonly subId: string;
  /** The generation of the subscription. */
  readonly gen: number;
  /** The topic. */
  readonly topic: string;
  /** The answer; `none` where a fault suppressed it. */
  readonly answer: 'snapshot' | 'resumed' | 'ended' | 'nack' | 'none';
  /** The number of missed updates; only with `resumed`. */
  readonly count?: number;
  /** The reason as a code; only with `ended`. */
  readonly code?: string;
}

/** An unsubscribe was received. */
export interface UnsubscribeEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'unsubscribe';
  /** The id of the subscription. */
  readonly subId: string;
  /** The generation of the subscription. */
  readonly gen: number;
}

/** A ping was received and answered. */
export interface DashboardPingEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'ping';
  /** The time in the ping. */
  readonly t: number;
}

/** A link report was received. */
export interface LinkReportEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'linkReport';
  /** The report. */
  readonly report: DashboardData<'linkReport'>;
}

/** A frame could not be read. */
export interface UnreadableFrameEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'unreadable';
  /** The reason in a few words. */
  readonly reason: string;
}

/** A connection ended. */
export interface ClosureEvent extends OfSession {
  /** Distinguishes the event. */
  readonly kind: 'closure';
  /** The close code; 1006 if there was no close frame. */
  readonly code: number;
  /** The reason in the close frame. */
  readonly reason: string;
}

/** Anything a server of dashboards observes; `kind` distinguishes the cases. */
export type ServerEvent =
  | AcceptedEvent
  | HelloEvent
  | SubscribeEvent
  | SubscribeAnswerEvent
  | UnsubscribeEvent
  | DashboardPingEvent
  | LinkReportEvent
  | UnreadableFrameEvent
  | ClosureEvent;

/** An event without the session it belongs to. */
export type WithoutSession<Event> = Event extends unknown ? Omit<Event, 'session' | 'clientId'> : never;
