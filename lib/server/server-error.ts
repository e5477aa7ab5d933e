import { UnitlinkError } from '../errors.js';

/**
 * Thrown when a server of dashboards cannot do what was requested, for example publish to a topic that it does not
 * have.
 */
export class DashboardServerError extends UnitlinkError {
  override readonly name = 'DashboardServerError';
}
