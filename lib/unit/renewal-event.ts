import type { Delivery } from '../delivery/outgoing-message.js';
import type { RenewalStep } from '../flows/renew-certificates.js';
import type { TrialEvent } from './certificate-trial.js';

/** An event in the renewal of the certificates of a unit. */
export type RenewalEvent =
  | RenewalStep<Delivery>
  | TrialEvent
  /** No second connection could be opened, for this reason. The open one goes on; the next attempt comes after `delay` milliseconds. */
  | { readonly step: 'delayed'; readonly attempt: number; readonly delay: number; readonly error: unknown };
