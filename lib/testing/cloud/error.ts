import { UnitlinkError } from '../../errors.js';

/** The cloud on loopback cannot do what was asked of it, for example send while no unit is connected. */
export class CloudError extends UnitlinkError {
  override readonly name = 'CloudError';
}
