import type { Credentials } from './types.js';

/** Returns a function that makes something of credentials once, and returns the same until any part of them differs. */
export const perCredentials = <T>(make: (credentials: Credentials) => T): ((credentials: Credentials) => T) => {
  let latest: { readonly from: Credentials; readonly made: T } | undefined;
  return (credentials) => {
    if (latest === undefined || !isSame(latest.from, credentials))
      latest = { from: { ...credentials }, made: make(credentials) };
    return latest.made;
  };
};

const isSame = (one: Credentials, other: Credentials): boolean =>
  one.ca === other.ca && one.cert === other.cert && one.key === other.key && one.passphrase === other.passphrase;
