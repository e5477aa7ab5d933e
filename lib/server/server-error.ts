import { UnitlinkError } from '../errors.js';

/** The server of a dashboard cannot do what was asked of it, for example publish to a topic that it does not have. */
export class DashboardServerError extends UnitlinkError {
  override readonly name = 'DashboardServerError';
}
