import { isHardwareKey } from '../transport/hardware-key.js';
import { perCredentials } from '../transport/per-credentials.js';
import type { Credentials } from '../transport/types.js';
import { checkNotExpired, examineCredentials } from './check-credentials.js';
import { discoveryUrls, type DiscoveryUrlOptions } from './discovery-urls.js';

/**
 * Returns the function that checks the credentials of a unit at `now`, in milliseconds since 1970, and returns the URLs of
 * its service discovery. The same credentials are parsed once; a key in hardware is looked for each time.
 *
 * @throws {@link CredentialsError} if they cannot be used, or name no cloud
 */
export const identifier = (
  options: DiscoveryUrlOptions,
): ((credentials: Credentials, now: number) => readonly string[]) => {
  const examineOnce = perCredentials(examineCredentials);
  const urlsOf = perCredentials(({ cert }) => discoveryUrls(cert, options));
  return (credentials, now) => {
    const examine = isHardwareKey(credentials.key) ? examineCredentials : examineOnce;
    checkNotExpired(examine(credentials), now);
    return urlsOf(credentials);
  };
};
