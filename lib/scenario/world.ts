import type { SchedulerLike } from 'rxjs';
import type { UnitOptions } from '../unit/options.js';
import type { CloudBreaks } from '../testing/cloud/breaks.js';
import type { CloudFaults } from '../testing/cloud/faults.js';
import type { CloudRenewal } from '../testing/cloud/renewal.js';
import type { CloudSending } from '../testing/cloud/sending.js';
import type { Cloud } from '../testing/cloud/start-cloud.js';
import type { EndpointKind } from './scenario.js';

/** What a scenario asks of a cloud. */
export interface ScenarioCloud
  extends
    CloudFaults,
    CloudBreaks,
    CloudRenewal,
    Pick<CloudSending, 'send' | 'sendFrame' | 'ping'>,
    Pick<Cloud, 'event$'> {}

/** Where a scenario is played: on virtual time, or on real sockets. */
export interface World {
  readonly cloud: ScenarioCloud;
  /** What the unit has to be given to live there. */
  readonly unitOptions: Pick<UnitOptions, 'credentials' | 'transport' | 'scheduler' | 'now' | 'keystore'>;
  /** Gives the unit a further certificate. */
  readonly renewCredentials: () => Promise<void>;
  readonly scheduler: SchedulerLike;
  readonly urlOf: (kind: EndpointKind) => string;
  /** Lets time pass until the work is done. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
  /** Settles when nothing of it is left. */
  readonly end: () => Promise<void>;
}
