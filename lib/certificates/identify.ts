import type { Credentials, IdentifyOptions } from '../transport/types.js';
import { checkCredentials } from './check-credentials.js';
import { discoveryUrls } from './discovery-urls.js';

/**
 * The service discovery URLs of a unit, once it is sure that its credentials can be used.
 *
 * @throws CredentialsError
 */
export const identify = (credentials: Credentials, { now, ...options }: IdentifyOptions): readonly string[] =>
  discoveryUrls(checkCredentials(credentials, now).cert, options);
