import { describeError, type ErrorDescription } from '../../observability/describe-error.js';
import { redactMessage } from '../../observability/redact-message.js';
import type { ProvisioningStep } from '../../flows/provision-nodes.js';
import type { CertificateOutcome } from '../../flows/certificate-messages.js';
import type { RenewalEvent } from '../../unit/renewal-event.js';
import type { DeliveryReport, DeliveryStatus } from '../../delivery/outgoing-message.js';
import type { CloudMessage, Dropped } from '../../protocol/envelope.js';
import type { Stopped, UnitState } from '../../unit/unit.js';

/** A change of the connection. `delay` in milliseconds, the times ISO 8601 in UTC. */
export type StateEvent = {
  readonly event: 'state';
  readonly at: string;
  /** The reason why the store fails, while it does. */
  readonly storeError?: ErrorDescription;
} & (
  | { readonly state: 'discovering' | 'stopped' }
  | { readonly state: 'connecting'; readonly url: string }
  | { readonly state: 'connected'; readonly url: string; readonly since: string }
  | { readonly state: 'waiting'; readonly attempt: number; readonly delay: number; readonly cause: ErrorDescription }
);

/** A step of a message. */
export interface DeliveryEvent {
  readonly event: 'delivery';
  /** As the line of stdin gave it. */
  readonly id?: string;
  readonly txn: string;
  readonly messageType: string;
  readonly status: DeliveryStatus;
  /** The number of transmissions so far. */
  readonly attempt: number;
  readonly cause?: ErrorDescription;
}

/** A message of the cloud. */
export interface ReceivedEvent {
  readonly event: 'received';
  readonly message: Pick<CloudMessage, 'header' | 'data'>;
  /** The parts of the data that were left out because they could not be read. */
  readonly dropped?: readonly Dropped[];
}

/** A frame of the cloud, or a line of stdin, that was refused; the reason quotes no value in it. */
export interface RejectedEvent {
  readonly event: 'rejected';
  readonly source: 'cloud' | 'stdin';
  /** As the line gave it, where it could be read. */
  readonly id?: string;
  readonly reason: string;
  /** The number of the line, from 1. */
  readonly line?: number;
}

/** A step of a renewal of certificates. */
export interface RenewalStepEvent {
  readonly event: 'renewal';
  readonly step: RenewalEvent['step'];
  /** Those the step is about, in the order in which they were requested or installed. */
  readonly certificates?: readonly CertificateFields[];
  /** Those for which no key could be made. */
  readonly failed?: readonly CertificateFields[];
  /** The wait before the new certificate is tried again in parallel to the open connection, in milliseconds. */
  readonly delay?: number;
  /** The reason why the step failed, or why the cloud refuses the certificate. */
  readonly error?: ErrorDescription;
}

/** A certificate; the serial in hex, where there is one. */
export interface CertificateFields {
  readonly type: string;
  readonly node: string;
  readonly serial?: string;
  readonly error?: ErrorDescription;
}

/** A node was provisioned, or deprovisioned, as far as that could be done. */
export interface ProvisioningEvent {
  readonly event: 'provisioning';
  readonly step: ProvisioningStep['step'];
  readonly node: string;
  /** The reason why it could not be done or reported to the cloud. */
  readonly error?: ErrorDescription;
}

/**
 * In the place of events that were left out while nobody read: states, steps of messages but for their ends, frames of the
 * cloud that were rejected, steps of renewals.
 */
export interface MissingEvent {
  readonly event: 'missing';
  readonly count: number;
}

/** The last event. */
export interface StoppedEvent {
  readonly event: 'stopped';
  /** The txns of the messages that were accepted and not delivered, in the order they were accepted. */
  readonly undelivered: readonly string[];
}

/** An event that `unitlink unit` writes to stdout. */
export type UnitEvent =
  StateEvent | DeliveryEvent | ReceivedEvent | RejectedEvent | RenewalStepEvent | ProvisioningEvent | StoppedEvent;

const iso = (at: number): string => new Date(at).toISOString();

/** The state as it was entered at `now` (milliseconds since 1970). */
export const stateEvent = (entered: UnitState, now: number): StateEvent => {
  const at = iso(now);
  const store = entered.storeError === undefined ? {} : { storeError: describeError(entered.storeError) };
  switch (entered.state) {
    case 'connected':
      return { event: 'state', state: 'connected', at, url: entered.url, since: iso(entered.since), ...store };
    case 'connecting':
      return { event: 'state', state: 'connecting', at, url: entered.url, ...store };
    case 'waiting': {
      const { attempt, delay, cause } = entered;
      return { event: 'state', state: 'waiting', at, attempt, delay, cause: describeError(cause), ...store };
    }
    default:
      return { event: 'state', state: entered.state, at, ...store };
  }
};

/** `id` is what the line of stdin gave, if anything. */
export const deliveryEvent = (report: DeliveryReport, id: string | undefined): DeliveryEvent => {
  const { txn, messageType, status, attempt, cause } = report;
  const described = cause === undefined ? {} : { cause: describeError(cause) };
  return { event: 'delivery', ...(id === undefined ? {} : { id }), txn, messageType, status, attempt, ...described };
};

/** The message with its secrets replaced, unless they are to be shown. */
export const receivedEvent = ({ header, data, dropped }: CloudMessage, showSecrets: boolean): ReceivedEvent => {
  const message = { header, data };
  const shown = showSecrets ? message : (redactMessage(message) as typeof message);
  return { event: 'received', message: shown, ...(dropped && { dropped }) };
};

/** `line` is the number of the line of stdin, `id` what it gave, if anything. */
export const rejectedEvent = (
  source: RejectedEvent['source'],
  reason: string,
  line?: number,
  id?: string,
): RejectedEvent => ({
  ...{ event: 'rejected', source },
  ...(id === undefined ? {} : { id }),
  reason,
  ...(line === undefined ? {} : { line }),
});

/** The step as an event. */
export const renewalEvent = (renewal: RenewalEvent): RenewalStepEvent => {
  const { step } = renewal;
  switch (renewal.step) {
    case 'requested':
      return {
        event: 'renewal',
        step,
        certificates: renewal.certificates,
        failed: renewal.failed.map(certificateFields),
      };
    case 'installed':
      return { event: 'renewal', step, certificates: renewal.certificates.map(certificateFields) };
    case 'connected':
      return { event: 'renewal', step, certificates: [renewal.certificate] };
    case 'refused':
      return { event: 'renewal', step, certificates: [renewal.certificate], error: describeError(renewal.error) };
    case 'delayed':
      return { event: 'renewal', step, delay: renewal.delay, error: describeError(renewal.error) };
    case 'failed':
      return { event: 'renewal', step, error: describeError(renewal.error) };
  }
};

const certificateFields = ({ type, node, serial, error }: CertificateOutcome): CertificateFields => ({
  ...{ type, node },
  ...(serial === '' ? {} : { serial }),
  ...(error === undefined ? {} : { error: describeError(error) }),
});

/** The step as an event. */
export const provisioningEvent = ({ step, node, error }: ProvisioningStep): ProvisioningEvent => ({
  ...{ event: 'provisioning', step, node },
  ...(error === undefined ? {} : { error: describeError(error) }),
});

/** The last event of a run. */
export const stoppedEvent = ({ undelivered }: Stopped): StoppedEvent => ({
  event: 'stopped',
  undelivered: undelivered.map(({ txn }) => txn),
});
