import { UnitlinkError } from '../../errors.js';

/** The command line, or the config file it names, cannot be carried out as it is; the message is one line. */
export class UsageError extends UnitlinkError {
  override readonly name = 'UsageError';
}
