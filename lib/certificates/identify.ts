import type { Credentials, IdentifyOptions } from '../transport/types.js';
import { checkCredentials } from './check-credentials.js';
import { discoveryUrls } from './discovery-urls.js';

/**
 * Checks the credentials of a unit, and returns the URLs of its service discovery.
 *
 * @throws {@link CredentialsError} if they cannot be used, or name no cloud
 */
export const identify = (credentials: Credentials, { now, ...options }: IdentifyOptions): readonly string[] =>
  discoveryUrls(checkCredentials(credentials, now).cert, options);
