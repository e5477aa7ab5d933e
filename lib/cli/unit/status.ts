import type { Lane } from '../../delivery/send-options.js';
import type { ErrorDescription } from '../../observability/describe-error.js';
import type { StateEvent } from './events.js';

/**
 * The state of a unit that runs, as `unitlink unit` serves it at `/status` and `unitlink top` shows it. There are no secrets and
 * no content of messages in it, and its size is bounded. Times are ISO 8601 in UTC.
 */
export interface UnitStatus {
  /** The version of this form. */
  readonly version: 1;
  readonly systemId: string;
  readonly pid: number;
  readonly now: string;
  /** The time since the start in milliseconds, which no change of the clock affects. */
  readonly uptime: number;
  /** The fields of the last `state` event. */
  readonly state: StateFields;
  readonly queue: QueueStatus;
  /** Since the start. */
  readonly totals: Totals;
  /** Connections that replaced one that had ended, by the reason of its end, since the start. */
  readonly reconnects: Readonly<Record<string, number>>;
  /** Those of the last attempt to connect. */
  readonly certificates: readonly CertificateStatus[];
  /** The last events, the oldest first. */
  readonly events: readonly PastEvent[];
}

/** The fields of a `state` event, those that depend on the state where there are any. */
export interface StateFields {
  readonly state: StateEvent['state'] | 'starting';
  /** The time when it was entered. */
  readonly at: string;
  readonly url?: string;
  readonly since?: string;
  readonly attempt?: number;
  readonly delay?: number;
  readonly cause?: ErrorDescription;
  readonly storeError?: ErrorDescription;
}

/** The messages that were accepted and are not delivered. */
export interface QueueStatus {
  readonly size: number;
  readonly capacity: number;
  /** Those that were written and wait for their ack. */
  readonly inFlight: number;
  /** All of them by lane, and those that the store kept of an earlier run. */
  readonly lanes: Readonly<Record<Lane | 'restored', number>>;
}

/** The numbers of messages; `sent` without those sent again, which `resent` has. */
export interface Totals {
  readonly sent: number;
  readonly acked: number;
  readonly nacked: number;
  readonly resent: number;
  readonly dropped: number;
  readonly received: number;
}

/** The end of a certificate; of the CAs the one that ends first. */
export interface CertificateStatus {
  readonly name: 'certificate' | 'CA';
  readonly subject: string;
  readonly validTo: string;
}

/** An event of the past; `times` where the same came so often in a row. */
export interface PastEvent {
  readonly at: string;
  readonly level: string;
  readonly text: string;
  readonly times?: number;
}
