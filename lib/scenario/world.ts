import type { SchedulerLike } from 'rxjs';
import type { UnitOptions } from '../unit/options.js';
import type { CloudBreaks } from '../testing/cloud/breaks.js';
import type { CloudFaults } from '../testing/cloud/faults.js';
import type { CloudRenewal } from '../testing/cloud/renewal.js';
import type { CloudSending } from '../testing/cloud/sending.js';
import type { Cloud } from '../testing/cloud/start-cloud.js';
import type { EndpointKind } from './scenario.js';

/** The part of a cloud that a scenario uses. */
export interface ScenarioCloud
  extends
    CloudFaults,
    CloudBreaks,
    CloudRenewal,
    Pick<CloudSending, 'send' | 'sendFrame' | 'ping'>,
    Pick<Cloud, 'event$'> {}

/** The surroundings of a scenario: virtual time, or real sockets. */
export interface ScenarioWorld {
  readonly cloud: ScenarioCloud;
  /** The options that connect a unit to this world. */
  readonly unitOptions: Pick<UnitOptions, 'credentials' | 'transport' | 'scheduler' | 'now' | 'keystore'>;
  /** Passes a new certificate to the unit. */
  readonly renewCredentials: () => Promise<void>;
  readonly scheduler: SchedulerLike;
  readonly urlOf: (kind: EndpointKind) => string;
  /** Lets time pass until the work is done. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
  /** Settles when everything is closed. */
  readonly end: () => Promise<void>;
}
