import { createSecureContext, type SecureContext } from 'node:tls';
import { tlsOptions } from './tls-options.js';
import type { Credentials } from './types.js';

/** Returns the secure context of these credentials. */
export type SecureContexts = (credentials: Credentials) => SecureContext;

/**
 * Keeps the secure context of the latest credentials, which takes 2 ms of CPU to make: discovery and socket share it, and
 * so do later attempts, until any part of the credentials differs.
 */
export const secureContexts = (): SecureContexts => {
  let latest: { readonly credentials: Credentials; readonly context: SecureContext } | undefined;
  return (credentials) => {
    if (latest === undefined || !isSame(latest.credentials, credentials))
      latest = { credentials, context: createSecureContext(tlsOptions(credentials)) };
    return latest.context;
  };
};

const isSame = (one: Credentials, other: Credentials): boolean =>
  one.ca === other.ca && one.cert === other.cert && one.key === other.key && one.passphrase === other.passphrase;
