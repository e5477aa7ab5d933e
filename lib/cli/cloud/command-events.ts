import { redactMessage } from '../../observability/redact-message.js';
import { redact } from '../../observability/redact.js';
import type { CloudEvent } from '../../testing/cloud/events.js';
import type { Cloud } from '../../testing/cloud/start-cloud.js';
import type { RejectedEvent } from '../unit/events.js';
import type { WrittenCerts } from './write-certs.js';

/** The first event: units can connect. */
export interface ListeningEvent {
  readonly event: 'listening';
  readonly discoveryUrl: string;
  readonly url: string;
  readonly certs: WrittenCerts;
  /** A command that connects a unit. */
  readonly command: string;
  /** The URL of the metrics for Prometheus, with `--metrics-port`. */
  readonly metricsUrl?: string;
}

/** The message of a line of stdin went to the units. */
export interface SentEvent {
  readonly event: 'sent';
  /** As the line gave it. */
  readonly id?: string;
  readonly txn: string;
  readonly messageType: string;
}

/** Something that the cloud saw or did, with the fields of the {@link CloudEvent} of this kind. */
export interface SeenEvent {
  readonly event: CloudEvent['kind'];
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly [field: string]: unknown;
}

/** An event that `unitlink cloud` writes to stdout. */
export type CloudCommandEvent = ListeningEvent | SentEvent | SeenEvent | RejectedEvent | { readonly event: 'stopped' };

/** The first event of a run. */
export const listeningEvent = (
  { discoveryUrl, url }: Pick<Cloud, 'discoveryUrl' | 'url'>,
  certs: WrittenCerts,
  systemId: string,
): ListeningEvent => {
  const options = { '--system-id': systemId, '--ca': certs.ca, '--cert': certs.cert, '--key': certs.key };
  const words = Object.entries(options).map(([name, value]) => `${name} ${quoted(value)}`);
  return { event: 'listening', discoveryUrl, url, certs, command: `unitlink unit ${words.join(' ')}` };
};

/**
 * Returns an event of the cloud as it is written at `now` (milliseconds since 1970), without secrets unless they are
 * requested.
 */
export const seenEvent = (seen: CloudEvent, showSecrets: boolean, now: number): SeenEvent => {
  const { kind, ...fields } = showSecrets ? seen : withoutSecrets(seen);
  return { event: kind, ...fields, at: new Date(now).toISOString() };
};

/** The event as it can be shown: a message by its schema, anything else by the names in it. */
export const withoutSecrets = <Event extends object>(event: Event): Event => {
  if (!('header' in event && 'data' in event)) return redact(event) as Event;
  const { header, data, ...rest } = event;
  return { ...(redact(rest) as Event), ...redactMessage({ header, data }) };
};

/** As a shell takes it for one word. */
const quoted = (word: string): string =>
  /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
