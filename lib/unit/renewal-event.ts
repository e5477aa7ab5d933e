import type { Delivery } from '../delivery/outgoing-message.js';
import type { RenewalStep } from '../flows/renew-certificates.js';
import type { TrialEvent } from './certificate-trial.js';

/** An event in the renewal of the certificates of a unit. */
export type RenewalEvent =
  | RenewalStep<Delivery>
  | TrialEvent
  /** No second connection could be opened. The open one goes on. */
  | {
      readonly step: 'delayed';
      /** The number of the next attempt in its cycle. */
      readonly attempt: number;
      /** The wait before it, in milliseconds. */
      readonly delay: number;
      /** The reason. */
      readonly error: unknown;
    };
